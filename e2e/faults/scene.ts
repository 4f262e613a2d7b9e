/** Runs one row of the table: its folder, its browsers, and tries that end whatever happens in them. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { createRandom } from '../../src/shared/random.ts';
import { ROOT } from '../../tools/paths.ts';
import { say } from '../../tools/say.ts';
import { seedFor } from './chance.ts';
import type { Fault, Scene } from './fault.ts';
import { Tally } from './tally.ts';
import { Visitor } from './visitor.ts';

/** How long a killed try may take to notice. */
const DYING_MS = 20_000;
const SCREENS = join(ROOT, 'test-results', 'faults');

export interface SceneOptions {
  readonly executablePath: string;
  readonly seed: number;
  readonly isQuick: boolean;
}

export interface Outcome {
  readonly fault: Fault;
  readonly tally: Tally;
  readonly seconds: number;
}

/** No end within the limit, and no words. */
class Hang extends Error {
  override readonly name = 'Hang';
}

/** Resolves with what `work` gives. @throws Hang after the limit; what `work` throws */
async function within<Result>(limitMs: number, work: Promise<Result>): Promise<Result> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Hang(`no end after ${Math.round(limitMs / 1000)} s`)), limitMs);
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}

/** The first lines of an error, without colours and logs. */
function toReason(thrown: unknown): string {
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  const [told = ''] = stripVTControlCharacters(text).split(/\n(?:Call log|=+ logs)/);
  return told.replaceAll(/\s+/g, ' ').trim().slice(0, 240);
}

export async function runFault(fault: Fault, options: SceneOptions): Promise<Outcome> {
  const { executablePath, seed, isQuick } = options;
  const startMs = performance.now();
  const tally = new Tally();
  const folder = await mkdtemp(join(tmpdir(), 'headstart-fault-'));
  const visitors: Visitor[] = [];
  const servers: { close(): Promise<void> }[] = [];
  await mkdir(SCREENS, { recursive: true });

  const scene: Scene = {
    tally,
    folder,
    random: createRandom(seedFor(seed, fault.id)),
    times: (full, few) => (isQuick ? few : full),
    async launch(url, flags = []) {
      const visitor = await Visitor.launch({ executablePath, url, flags });
      visitors.push(visitor);
      return visitor;
    },
    closeLater: (server) => void servers.push(server),
    async attempt(name, visitor, limitMs, work) {
      tally.tried += 1;
      const trying = work();
      try {
        await within(limitMs, trying);
        tally.hear(await visitor.takeWords());
        return true;
      } catch (thrown) {
        tally.hear(await visitor.takeWords());
        tally.lose(`${name}: ${toReason(thrown)}`);
        say(`  lost: ${fault.id}: ${tally.losses.at(-1)}`);
        await visitor.screenshot(join(SCREENS, `${fault.id}-${tally.tried}.png`));
        // What still waits for the page gets its answer: the page is gone.
        // Where the browser itself has ended there is nobody to ask; the next try starts it again.
        await visitor.kill().catch(console.error);
        await within(DYING_MS, trying).catch(() => undefined);
        return false;
      }
    },
  };
  try {
    await fault.run(scene);
  } catch (thrown) {
    console.error(thrown);
    tally.lose(`the row broke off: ${toReason(thrown)}`);
  } finally {
    for (const visitor of visitors) {
      if (visitor.askedAgain > 0)
        tally.note(
          `tabs that the browser opened, or pages that it loaded, at the second try: ${visitor.askedAgain}`,
        );
      for (const error of new Set(visitor.uncaught))
        tally.note(`an error that nobody caught: ${toReason(error)}`);
      await visitor.close().catch(console.error);
    }
    for (const server of servers) await server.close().catch(console.error);
    await rm(folder, { recursive: true, force: true });
  }
  return { fault, tally, seconds: (performance.now() - startMs) / 1000 };
}
