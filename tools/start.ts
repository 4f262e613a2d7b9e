/** `npm start`: from a fresh clone to an address in the terminal, without repeating what is done. */
import { ensureBuilt } from './build.ts';
import { isMain } from './paths.ts';
import { runMain, say } from './say.ts';
import { DEFAULT_PORT, serveDist, wantedPort } from './serve.ts';

async function start(): Promise<void> {
  const wanted = wantedPort();
  await ensureBuilt();
  const { url } = await serveDist(
    wanted === null ? { port: DEFAULT_PORT, furtherPorts: 20 } : { port: wanted },
  );
  say(
    `\n  Headstart is ready:  ${url}\n\n  Open it in Chrome, Edge, Firefox or Safari. Stop it here with Ctrl+C.\n`,
  );
}

if (isMain(import.meta.url)) await runMain(start);
