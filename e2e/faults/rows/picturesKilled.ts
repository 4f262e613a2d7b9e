/** The tab's process ends at a random moment while pictures are added; afterwards every listed picture is whole. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { serveDist } from '../../../tools/serve.ts';
import type { Fault } from '../fault.ts';
import { findLosses, readKeptPictures, readShownCounts } from '../keptPictures.ts';
import { writeSamples } from '../pictureSets.ts';
import type { Visitor } from '../visitor.ts';

const LIMIT_MS = 60_000;
const SETTLED_WITHIN_MS = 30_000;
const LOOK_EVERY_MS = 100;
/** A moment after everything seems to be there belongs to it. */
const AFTERWARDS_MS = 700;

/** Until so many pictures are listed and have their bytes. */
async function waitUntilKept(visitor: Visitor, count: number): Promise<void> {
  const endMs = performance.now() + SETTLED_WITHIN_MS;
  for (;;) {
    const kept = await readKeptPictures(visitor.page, 'keys');
    if (kept.filter(({ sizeBytes }) => sizeBytes !== null).length >= count) return;
    if (performance.now() > endMs)
      throw new Error(`${kept.length} of ${count} pictures are kept, and no more`);
    await sleep(LOOK_EVERY_MS);
  }
}

export const fault: Fault = {
  id: 'pictures-killed',
  title: 'renderer killed while pictures are added',
  place: 1,
  async run({ tally, random, folder, times, launch, closeLater, attempt }) {
    const many = await writeSamples(join(folder, 'many'), (_path, index) => index % 3 !== 0);
    const few = await writeSamples(join(folder, 'few'), (_path, index) => index % 12 === 0);
    const classOf = (name: string) => many.classOf(name) ?? few.classOf(name);
    const app = await serveDist({ port: 0 });
    closeLater(app);
    const visitor = await launch(app.url);
    await visitor.open();
    await visitor.person.waitUntilOfflineReady();

    const startMs = performance.now();
    await visitor.person.addFolder(many.folder);
    await waitUntilKept(visitor, many.names.length);
    const wholeMs = performance.now() - startMs;
    tally.note(`${many.names.length} pictures are added and kept in ${(wholeMs / 1000).toFixed(1)} s`);

    let all = 0;
    let none = 0;
    let part = 0;
    let saidAndGone = 0;
    const tries = times(50, 5);
    for (let i = 0; i < tries; i++) {
      const before = i % 2 === 0 ? [] : few.names;
      const waitMs = random.next() * (wholeMs + AFTERWARDS_MS);
      await attempt(`kill ${i + 1} after ${Math.round(waitMs)} ms`, visitor, LIMIT_MS, async () => {
        await visitor.startAnew();
        if (before.length > 0) {
          await visitor.person.addFolder(few.folder);
          await waitUntilKept(visitor, before.length);
        }
        const chooser = visitor.page.waitForEvent('filechooser');
        await visitor.person.main.getByRole('button', { name: 'Choose a folder', exact: true }).click();
        const dialog = await chooser;
        // Not waited for: the tab may be gone before the dialog is.
        dialog.setFiles(many.folder).catch(() => undefined);
        await sleep(waitMs);
        const isSaid = (await visitor.words()).some((text) =>
          text.startsWith(`${many.names.length} pictures added`),
        );
        await visitor.kill();

        const person = await visitor.open();
        const shown = await readShownCounts(person);
        const kept = await readKeptPictures(person.page);
        const losses = findLosses(kept, shown, classOf, before);
        const came = kept.length - before.length;
        if (came <= 0) none += 1;
        else if (came === many.names.length) all += 1;
        else part += 1;
        if (isSaid && came < many.names.length) saidAndGone += 1;
        if (losses.length > 0) throw new Error(losses.join('; '));
      });
    }
    tally.note(`of the pictures on their way, all were kept ${all} ×, some ${part} ×, none ${none} ×`);
    tally.note(`"pictures added" was said and not all of them were kept, ${saidAndGone} ×`);
  },
};
