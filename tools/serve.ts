/** Serves `dist/` as a static host would, from the root or from a sub-path, with the headers that docs/hosting asks for. */
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import sirv from 'sirv';
import { headersOf } from './hostHeaders.ts';
import { DIST_DIR, isMain } from './paths.ts';
import { runMain, SetupError, say } from './say.ts';

export const DEFAULT_PORT = 4173;

export interface ServeOptions {
  /** 0 takes any free one. */
  readonly port: number;
  /** Begins and ends with a slash; `/` if left out. */
  readonly basePath?: string;
  /** Go on to the next port while one is taken, at most so many times; 0 if left out. */
  readonly furtherPorts?: number;
  /** False: without the headers of hostHeaders.ts, as many hosts serve; true if left out. */
  readonly isolated?: boolean;
  /** What to serve; `dist/` if left out. */
  readonly folder?: string;
}

export interface ServedApp {
  /** Address of the app, with a slash at its end. */
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

function listen(server: Server, port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(false);
      else reject(error);
    };
    server.once('error', onError);
    server.listen(port, 'localhost', () => {
      server.off('error', onError);
      resolve(true);
    });
  });
}

/** @throws SetupError if there is no build or no free port. */
export async function serveDist({
  port,
  basePath = '/',
  furtherPorts = 0,
  isolated = true,
  folder = DIST_DIR,
}: ServeOptions): Promise<ServedApp> {
  if (!existsSync(join(folder, 'index.html'))) {
    throw new SetupError('There is no build yet: run "npm run build" first.');
  }
  const html = readFileSync(join(folder, 'index.html'), 'utf8');
  const handle = sirv(folder, {
    etag: true,
    setHeaders(response, path) {
      if (!isolated) return;
      for (const [name, value] of Object.entries(headersOf(path, html))) response.setHeader(name, value);
    },
  });
  const server = createServer((request, response) => {
    const notFound = (): void => void response.writeHead(404).end('Not found');
    if (!request.url?.startsWith(basePath)) return notFound();
    request.url = `/${request.url.slice(basePath.length)}`;
    handle(request, response, notFound);
  });
  let taken = port;
  while (!(await listen(server, taken))) {
    if (taken >= port + furtherPorts)
      throw new SetupError(`Port ${taken} is taken: choose another with PORT=….`);
    taken++;
  }
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return {
    url: `http://localhost:${address.port}${basePath}`,
    port: address.port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The port asked for by the environment. @throws SetupError if it is not a port. */
export function wantedPort(): number | null {
  const text = process.env.PORT;
  if (text === undefined || text === '') return null;
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new SetupError(`PORT=${text} is not a port.`);
  return port;
}

if (isMain(import.meta.url)) {
  await runMain(async () => {
    const { url } = await serveDist({ port: wantedPort() ?? DEFAULT_PORT });
    say(`Serving ${url}`);
  });
}
