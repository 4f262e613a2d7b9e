/** The engine, an extractor, the intake worker or the GPU process ends in the middle of a run: it goes on, or says so. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Worker } from '@playwright/test';
import { SOFTWARE_WEBGPU_FLAGS } from '../../../tools/chromium.ts';
import { chooseBackend, expectEpoch } from '../../pages/tiny.ts';
import type { Fault } from '../fault.ts';
import { waitForEnd, waitForNextEnd } from '../keptModels.ts';
import { findLosses, readKeptPictures, readShownCounts } from '../keptPictures.ts';
import { writeSamples } from '../pictureSets.ts';
import { killProcesses } from '../processes.ts';
import { addDiscs, beginThorough, openTinyApp } from '../tinyApp.ts';
import type { Visitor } from '../visitor.ts';

/** No bar may stand still for longer without a word. */
const RUN_MS = 90_000;
const LIMIT_MS = 240_000;
const WORKER_MS = 60_000;
const READING_MS = 60_000;

type Ending = 'with an error' | 'without a word';
const ENDINGS: readonly Ending[] = ['with an error', 'without a word'];

async function findWorker({ page }: Visitor, name: string): Promise<Worker> {
  const isIt = (worker: Worker) => worker.url().includes(`/${name}.worker`);
  return page.workers().find(isIt) ?? page.waitForEvent('worker', { predicate: isIt, timeout: WORKER_MS });
}

/** The worker does not answer any more from here on, so nobody waits for it. */
function endWorker(worker: Worker, ending: Ending): void {
  const ended =
    ending === 'without a word'
      ? worker.evaluate(() => self.close())
      : worker.evaluate(() => {
          setTimeout(() => {
            throw new Error('ended by a fault');
          });
        });
  ended.catch(() => undefined);
}

/** To the end of a run that was disturbed: by itself, or, where it says that it failed, with the next press of the button. */
async function finish(visitor: Visitor): Promise<void> {
  const first = await waitForEnd(visitor, RUN_MS);
  if (first.words === null) return;
  const { main } = visitor.person;
  const again = main.getByRole('button', { name: /^(Go on|Try again|Train|Train again)$/ }).first();
  await again.click();
  const second = await waitForNextEnd(visitor, RUN_MS);
  if (second.words !== null) throw new Error(`after "${first.words}" it fails again: ${second.words}`);
}

export const fault: Fault = {
  id: 'workers',
  title: 'engine, extractor, intake worker, GPU process killed',
  place: 3,
  async run(scene) {
    const { random, folder, attempt, tally } = scene;
    const app = await openTinyApp(scene, SOFTWARE_WEBGPU_FLAGS);
    const { visitor } = app;
    const samples = await writeSamples(join(folder, 'samples'), () => true);
    await visitor.open();

    for (const ending of ENDINGS) {
      await attempt(`the engine ends ${ending}`, visitor, LIMIT_MS, async () => {
        await visitor.startAnew();
        await addDiscs(app);
        await beginThorough(visitor, 2, 6);
        await expectEpoch(visitor.page, 1);
        await sleep(random.next() * 1000);
        endWorker(await findWorker(visitor, 'engine'), ending);
        await finish(visitor);
      });

      await attempt(`an extractor ends ${ending}`, visitor, LIMIT_MS, async () => {
        await visitor.startAnew();
        await addDiscs(app);
        await beginThorough(visitor, 2, 2);
        const extractor = await findWorker(visitor, 'extractor');
        await sleep(random.next() * 400);
        endWorker(extractor, ending);
        await finish(visitor);
      });

      await attempt(`the intake worker ends ${ending}`, visitor, LIMIT_MS, async () => {
        await visitor.startAnew();
        const { person } = visitor;
        await person.addFolder(samples.folder);
        const intake = await findWorker(visitor, 'intake');
        await sleep(random.next() * 800);
        endWorker(intake, ending);
        const over = person.notices.getByText(/added|already|left out/).last();
        const alert = person.main.getByRole('alert').filter({ hasText: 'Technical details' });
        const isOver = await over
          .or(alert.last())
          .first()
          .waitFor({ timeout: READING_MS })
          .then(
            () => true,
            () => false,
          );
        if (!isOver) throw new Error('reading the pictures came to no end, and nothing was said');
        // Whatever came of it: what is missing comes with the same folder once more.
        await person.addFolder(samples.folder);
        const endMs = performance.now() + READING_MS;
        for (;;) {
          const shown = await readShownCounts(person);
          const count = Object.values(shown).reduce((sum, one) => sum + one, 0);
          const kept = await readKeptPictures(visitor.page, 'keys');
          if (count === samples.names.length && kept.length === count) break;
          if (performance.now() > endMs)
            throw new Error(`${count} of ${samples.names.length} pictures came, even on a second try`);
          await sleep(200);
        }
        const losses = findLosses(
          await readKeptPictures(visitor.page),
          await readShownCounts(person),
          samples.classOf,
        );
        if (losses.length > 0) throw new Error(losses.join('; '));
      });
    }

    for (const backend of ['webgl', 'webgpu'] as const) {
      await attempt(`the GPU process ends (${backend})`, visitor, LIMIT_MS, async () => {
        await visitor.startAnew();
        await addDiscs(app);
        await chooseBackend(visitor.person, backend);
        await beginThorough(visitor, 2, 4);
        await expectEpoch(visitor.page, 1);
        await killProcesses(visitor.browser, 'GPU');
        await finish(visitor);
      });
    }
    tally.note(
      'workers end by an error that nobody catches, and by closing themselves; the GPU process by SIGKILL',
    );
  },
};
