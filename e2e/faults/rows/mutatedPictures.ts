/** Pictures changed by chance, added in folders: each is added or named, nothing stands still, what is kept can be read. */
import { readdir, readFile } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ROOT } from '../../../tools/paths.ts';
import { serveDist } from '../../../tools/serve.ts';
import { writeFiles } from '../../pages/pictures.ts';
import { readDataset } from '../../pages/readings.ts';
import type { Fault } from '../fault.ts';
import { findLosses, readKeptPictures, readShownCounts } from '../keptPictures.ts';
import { mutatePicture } from '../mutate/pictureFiles.ts';
import type { Visitor } from '../visitor.ts';

/** Small pictures of every kind that the app takes. */
const ORIGINALS = ['awkward', 'photos'].map((name) => join(ROOT, 'src/testing/fixtures', name));
const PICTURE = /\.(png|jpg|gif|webp|bmp|avif|heic|tif)$/;
const SVGS: Readonly<Record<string, string>> = {
  'disc.svg':
    '<svg xmlns="http://www.w3.org/2000/svg" width="60" height="40"><circle cx="30" cy="20" r="15" fill="teal"/></svg>',
  'shapes.svg':
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 90 90"><defs><linearGradient id="a"><stop offset="0" stop-color="red"/><stop offset="1" stop-color="blue"/></linearGradient></defs><rect width="90" height="60" fill="url(#a)"/><path d="M10 10 L80 10 L45 70 Z" stroke="black" stroke-width="3"/></svg>',
};
const TOGETHER = 100;
const BATCH_MS = 90_000;
/** The page answers a click within so long, or it is not usable. */
const ANSWER_MS = 15_000;
const KEPT_MS = 15_000;

async function readOriginals(): Promise<ReadonlyMap<string, Uint8Array>> {
  const found = await Promise.all(
    ORIGINALS.map(async (folder) => (await readdir(folder)).map((name) => join(folder, name))),
  );
  const files = await Promise.all(
    found
      .flat()
      .filter((file) => PICTURE.test(file))
      .sort()
      .map(async (file) => [basename(file), new Uint8Array(await readFile(file))] as const),
  );
  const drawn = Object.entries(SVGS).map(([name, text]) => [name, new TextEncoder().encode(text)] as const);
  return new Map([...files, ...drawn]);
}

/** What the pictures view says of a folder that was given to it, when it has read all of it. */
async function giveFolder({ person, page }: Visitor, folder: string) {
  await person.addFolder(folder);
  const words = person.notices.getByText(/added|already (there|in their class)|left out|no picture/).last();
  await words.waitFor({ timeout: BATCH_MS });
  return readDataset(page, await words.innerText());
}

async function expectUsable(visitor: Visitor): Promise<void> {
  const startMs = performance.now();
  await visitor.goTo('Settings');
  await visitor.goTo('Pictures');
  const tookMs = performance.now() - startMs;
  if (tookMs > ANSWER_MS)
    throw new Error(`the page answered two clicks after ${Math.round(tookMs / 1000)} s`);
}

export const fault: Fault = {
  id: 'pictures-mutated',
  title: 'mutated pictures',
  place: 9,
  async run({ tally, random, folder, times, launch, closeLater, attempt }) {
    const originals = [...(await readOriginals())];
    const app = await serveDist({ port: 0 });
    closeLater(app);
    const visitor = await launch(app.url);
    await visitor.open();
    const batches = times(20, 2);
    let added = 0;
    let named = 0;
    let repeated = 0;
    for (let batch = 0; batch < batches; batch++) {
      const files: Record<string, Uint8Array> = {};
      for (let i = 0; i < TOGETHER; i++) {
        const [name, bytes] = originals[(batch * TOGETHER + i) % originals.length] ?? ['', new Uint8Array()];
        const kind = extname(name).slice(1);
        files[`${kind}/${batch}-${i}-${name}`] = mutatePicture(name, bytes, random);
      }
      const given = join(folder, `batch-${batch}`);
      await writeFiles(given, files);
      tally.tried += TOGETHER - 1;
      await attempt(`batch ${batch + 1} of ${TOGETHER}`, visitor, 2 * BATCH_MS, async () => {
        await visitor.startAnew();
        const { images, skipped, duplicates } = await giveFolder(visitor, given);
        const counts = await readShownCounts(visitor.person);
        const shown = Object.values(counts).reduce((sum, count) => sum + count, 0);
        added += shown;
        named += skipped.length;
        const silent = TOGETHER - shown - skipped.length;
        // Two that were changed in the same way are one picture, and the message counts it.
        repeated += Math.max(0, Math.min(silent, duplicates));
        if (silent > duplicates)
          throw new Error(`${silent} of ${TOGETHER} files neither added nor named (${images} pictures)`);
        await expectUsable(visitor);
        const endMs = performance.now() + KEPT_MS;
        for (;;) {
          const kept = await readKeptPictures(visitor.page);
          const losses = findLosses(kept, counts, () => null);
          if (losses.length === 0) break;
          if (performance.now() > endMs) throw new Error(losses.join('; '));
          await sleep(200);
        }
      });
    }
    tally.note(`added ${added}, left out by name ${named}, the same as another ${repeated}`);
  },
};
