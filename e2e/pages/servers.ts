/** Servers that a test needs beside the usual one: one that can be unplugged, one that damages a file, one of a stranger. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import sirv from 'sirv';
import { DIST_DIR } from '../../tools/paths.ts';

export interface TestServer {
  /** With a slash at its end. */
  readonly url: string;
  /** From now on nobody answers there. */
  close(): Promise<void>;
}

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

export async function serve(handler: Handler): Promise<TestServer> {
  const server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return {
    url: `http://localhost:${address.port}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The app, with one file answered wrongly the first `times` times: as long as the real one, and nothing but zeros. */
export async function serveDamaged(
  fileName: string,
  times: number,
): Promise<TestServer & { asked(): number }> {
  const handle = sirv(DIST_DIR, { etag: true });
  let asked = 0;
  const server = await serve((request, response) => {
    const notFound = (): void => void response.writeHead(404).end();
    const isIt = request.url?.split('?')[0]?.endsWith(`/${fileName}`) === true;
    if (isIt) asked += 1;
    if (isIt && asked <= times) response.writeHead(200).end(Buffer.alloc(4_194_304));
    else handle(request, response, notFound);
  });
  return { ...server, asked: () => asked };
}

/** Files out of memory, under their paths. */
export function serveFiles(files: Readonly<Record<string, Uint8Array | string>>): Promise<TestServer> {
  const types: Readonly<Record<string, string>> = {
    html: 'text/html',
    js: 'text/javascript',
    json: 'application/json',
    wasm: 'application/wasm',
    png: 'image/png',
  };
  return serve((request, response) => {
    const path = decodeURIComponent((request.url ?? '/').split('?')[0] ?? '/').slice(1);
    const body = files[path];
    if (body === undefined) return void response.writeHead(404).end();
    const type = types[path.split('.').at(-1) ?? ''] ?? 'application/octet-stream';
    response.writeHead(200, { 'Content-Type': type }).end(body);
  });
}
