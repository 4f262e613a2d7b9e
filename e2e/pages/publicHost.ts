/** A server that plays a public host of weights: one that lets other sites read its files, and one that does not. */
import { gzipSync } from 'node:zlib';
import { serve, type TestServer } from './servers.ts';

interface Asked {
  readonly path: string;
  readonly origin: string;
  readonly referer: string;
  readonly cookie: string;
}

export interface PublicHost extends TestServer {
  readonly asked: readonly Asked[];
  /** Once nobody wants the slow file any more. */
  readonly slowOneEnded: Promise<void>;
}

/**
 * Serves `bytes` under every name but these: `packed` comes gzipped and is longer for it, `slow` never comes to its end, `closed` is for no other site, `away` leads to
 * another host, `missing` is not there.
 */
export async function servePublicHost(bytes: Uint8Array): Promise<PublicHost> {
  const asked: Asked[] = [];
  let endSlowOne = () => {};
  const slowOneEnded = new Promise<void>((resolve) => {
    endSlowOne = resolve;
  });
  const open = { 'Access-Control-Allow-Origin': '*' };
  const server = await serve(({ url = '', headers }, response) => {
    const { origin = '', referer = '', cookie = '' } = headers;
    asked.push({ path: url, origin, referer, cookie });
    const name = /^\/(\w+)\./.exec(url)?.[1];
    if (name === 'missing') return void response.writeHead(404, open).end();
    if (name === 'away')
      return void response.writeHead(302, { ...open, Location: 'http://127.0.0.1:1/elsewhere.pth' }).end();
    if (name === 'slow') {
      response.writeHead(200, { ...open, 'Content-Length': bytes.length * 100 }).write(bytes);
      const timer = setInterval(() => response.write(bytes.subarray(0, 1000)), 200);
      response.on('close', () => {
        clearInterval(timer);
        endSlowOne();
      });
      return;
    }
    if (name === 'packed') {
      const packed = gzipSync(bytes, { level: 0 });
      const told = { 'Content-Encoding': 'gzip', 'Content-Length': packed.length };
      return void response.writeHead(200, { ...open, ...told }).end(packed);
    }
    const headersOut = { ...(name === 'closed' ? {} : open), 'Content-Length': bytes.length };
    response.writeHead(200, headersOut).end(bytes);
  });
  return { ...server, asked, slowOneEnded };
}
