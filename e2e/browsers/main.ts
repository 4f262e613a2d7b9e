/** `npm run test:browsers`: the short list of checks in every browser of this machine, and a table of what came of them. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { isMain } from '../../tools/paths.ts';
import { runMain, SetupError, say } from '../../tools/say.ts';
import { type ServedApp, serveDist } from '../../tools/serve.ts';
import { bytesAt, readSamples, readSmallSet, toZip } from '../pages/pictures.ts';
import { CHECKS, type Check, QUICK_CHECKS } from './checks.ts';
import { ENGINES, type Engine, findEngine } from './engines.ts';
import { type Outcome, toTable } from './outcomes.ts';
import type { RunningBrowser } from './tab.ts';
import { ABILITIES, type Ability, withoutAbilities } from './takenAway.ts';
import { Visitor } from './visitor.ts';

interface Visit {
  readonly title: string;
  readonly launch: () => Promise<RunningBrowser>;
  /** Of the build that is served; null: that in `dist/`. */
  readonly folder: string | null;
  readonly checks: readonly Check[];
}

interface Pictures {
  readonly smallSet: string;
  readonly cat: string;
}

async function writePictures(folder: string): Promise<Pictures> {
  const smallSet = join(folder, 'small set.zip');
  const cat = join(folder, 'cat.png');
  await writeFile(smallSet, await toZip(await readSmallSet()));
  await writeFile(cat, bytesAt(await readSamples(), 'animals/noto_cat.png'));
  return { smallSet, cat };
}

/** What runs now, so that an interrupted program leaves no browser behind. */
let running: RunningBrowser | null = null;

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, async () => {
    await running?.close();
    process.exit(1);
  });
}

/** One browser, from its start to its end. A check that fails does not keep the others from being tried. */
async function visit({ title, launch, folder, checks }: Visit, pictures: Pictures): Promise<Outcome[]> {
  const wanted = Number(process.env.E2E_PORT ?? 0);
  const serve = (port: number) => serveDist({ port, ...(folder === null ? {} : { folder }) });
  let app: ServedApp = await serve(wanted);
  const { url, port } = app;
  const outcomes: Outcome[] = [];
  try {
    const browser = await launch();
    running = browser;
    say(`${title}: ${browser.version}`);
    const scene = {
      ...pictures,
      visitor: new Visitor(browser),
      url,
      unplug: () => app.close(),
      plugIn: async () => {
        app = await serve(port);
      },
    };
    for (const check of checks) {
      const startMs = performance.now();
      const result = await check.run(scene).then(
        (said) => ({ isRight: true, said }),
        (error: unknown) => ({
          isRight: false,
          said: error instanceof Error ? error.message : String(error),
        }),
      );
      const outcome = { title, check: check.name, seconds: (performance.now() - startMs) / 1000, ...result };
      say(
        `  ${outcome.isRight ? 'yes' : 'NO '} ${check.name} (${outcome.seconds.toFixed(0)} s): ${outcome.said}`,
      );
      outcomes.push(outcome);
      // Without a model there is nothing that the others could use.
      if (!outcome.isRight && check === checks[0]) break;
    }
  } finally {
    await running?.close();
    running = null;
    await app.close();
  }
  return outcomes;
}

function chosen<Name extends string>(given: string | undefined, known: readonly Name[]): readonly Name[] {
  if (given === undefined) return known;
  const names = given.split(',').filter(Boolean);
  const unknown = names.find((name) => !known.includes(name as Name));
  if (unknown) throw new SetupError(`There is no "${unknown}"; there are: ${known.join(', ')}.`);
  return known.filter((name) => names.includes(name));
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { engines: { type: 'string' }, without: { type: 'string' } },
  });
  const engines = chosen<Engine>(values.engines, ENGINES);
  const abilities = chosen<Ability>(values.without, ABILITIES);
  const folder = await mkdtemp(join(tmpdir(), 'headstart-browsers-'));
  const outcomes: Outcome[] = [];
  const left: string[] = [];
  try {
    const pictures = await writePictures(folder);
    const visits: Visit[] = [];
    for (const engine of engines) {
      const found = findEngine(engine);
      if ('missing' in found) left.push(found.missing);
      else visits.push({ title: engine, launch: found.launch, folder: null, checks: CHECKS });
    }
    const chromium = findEngine('chromium');
    if ('launch' in chromium) {
      for (const taken of [...abilities.map((ability) => [ability]), abilities]) {
        if (taken.length === 0 || (taken === abilities && abilities.length === 1)) continue;
        const title = `chromium without ${taken.length > 1 ? 'all of these' : taken[0]}`;
        const build = await withoutAbilities(taken, join(folder, `build ${visits.length}`));
        visits.push({ title, launch: chromium.launch, folder: build, checks: QUICK_CHECKS });
      }
    }
    for (const one of visits) outcomes.push(...(await visit(one, pictures)));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  say(`\n${toTable(outcomes)}`);
  for (const sentence of left) say(sentence);
  if (outcomes.some(({ isRight }) => !isRight)) throw new SetupError('Not all of it works everywhere.');
}

if (isMain(import.meta.url)) await runMain(main);
