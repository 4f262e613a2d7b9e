/** A server in front of another one, which answers some requests otherwise: damaged, late or not at all. */
import { request as ask, type IncomingMessage, type ServerResponse } from 'node:http';
import { serve, type TestServer } from '../pages/servers.ts';

/** Answers and returns true, or leaves the request to the server behind. */
export type Intercept = (request: IncomingMessage, response: ServerResponse) => boolean;

/** @param behind address of that server, with a slash at its end */
export function serveInFront(behind: string, intercept: Intercept): Promise<TestServer> {
  return serve((request, response) => {
    if (intercept(request, response)) return;
    const { method, headers } = request;
    const asking = ask(
      new URL(request.url ?? '/', behind),
      { ...(method === undefined ? {} : { method }), headers },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      },
    );
    asking.on('error', () => response.destroy());
    request.pipe(asking);
  });
}
