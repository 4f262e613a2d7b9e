/** The tab's process ends while checkpoints and models are saved; afterwards all models are there and the resume works. */
import { setTimeout as sleep } from 'node:timers/promises';
import { chooseBackend, expectEpoch } from '../../pages/tiny.ts';
import { oneOf } from '../chance.ts';
import type { Fault } from '../fault.ts';
import { checkAnswers, listModelIds, openResult, resultIdOf, waitForEnd } from '../keptModels.ts';
import { addDiscs, beginQuick, beginThorough, openTinyApp } from '../tinyApp.ts';
import type { Visitor } from '../visitor.ts';

const LIMIT_MS = 150_000;
const RUN_MS = 90_000;
/** How long the page may take to look for an interrupted run. */
const OFFER_MS = 2500;
const HEAD_EPOCHS = 2;
const FINE_TUNE_EPOCHS = 3;

/** What the person does right before the tab dies, and how long after it that may be, ms. */
const MOMENTS = [
  { name: 'in the middle of learning', button: null, withinMs: 2500 },
  { name: 'after "Pause"', button: /^Pause$/, withinMs: 500 },
  { name: 'after "Stop early and keep"', button: /^Stop early and keep/, withinMs: 1500 },
] as const;

/** Goes on with the interrupted run where one is offered. @returns false where none is */
async function resume(visitor: Visitor): Promise<boolean> {
  await visitor.goTo('Train');
  const offer = visitor.person.main.getByRole('region', { name: 'A training was interrupted' });
  const isOffered = await offer.waitFor({ timeout: OFFER_MS }).then(
    () => true,
    () => false,
  );
  if (!isOffered) return false;
  await offer.getByRole('button', { name: 'Go on', exact: true }).click();
  const { words } = await waitForEnd(visitor, RUN_MS);
  if (words !== null) throw new Error(`the resume that is offered ends with: ${words}`);
  return true;
}

export const fault: Fault = {
  id: 'models-killed',
  title: 'renderer killed while models and checkpoints are saved',
  place: 2,
  isLong: true,
  async run(scene) {
    const { tally, random, times, attempt } = scene;
    const app = await openTinyApp(scene);
    const { visitor, picture } = app;
    await visitor.open();
    // What is chosen anyway; hundreds of starts need not try the others first.
    await chooseBackend(visitor.person, 'cpu');
    await visitor.goTo('Pictures');
    await addDiscs(app);
    await beginQuick(visitor, 3);
    const { modelId } = await waitForEnd(visitor, RUN_MS);
    let known = modelId === null ? [] : [modelId];
    let models = 0;
    let resumed = 0;

    const tries = times(50, 6);
    for (let i = 0; i < tries; i++) {
      const moment = MOMENTS[i % MOMENTS.length] ?? oneOf(random, MOMENTS);
      const waitMs = Math.round(random.next() * moment.withinMs);
      const name = `kill ${i + 1}, ${moment.name}, ${waitMs} ms`;
      await attempt(name, visitor, LIMIT_MS, async () => {
        await visitor.open('./#/train');
        await beginThorough(visitor, HEAD_EPOCHS, FINE_TUNE_EPOCHS);
        await expectEpoch(visitor.page, 1 + Math.floor(random.next() * HEAD_EPOCHS));
        // A short run may be over before the button is reached: then it is saved, which is what is asked as well.
        if (moment.button) {
          const button = visitor.person.main.getByRole('button', { name: moment.button });
          await button.click({ timeout: 5000 }).catch(() => undefined);
        }
        await sleep(waitMs);
        const said = resultIdOf(visitor.page.url());
        await visitor.kill();

        await visitor.open();
        const listed = await listModelIds(visitor);
        const gone = [...known, ...(said === null ? [] : [said])].filter((id) => !listed.includes(id));
        const fresh = listed.filter((id) => !known.includes(id));
        known = [...listed];
        if (gone.length > 0) throw new Error(`${gone.length} models that were there are gone`);
        for (const id of fresh) {
          models += 1;
          await openResult(visitor, id);
          await checkAnswers(visitor, id, picture);
        }
        if (await resume(visitor)) resumed += 1;
        known = [...(await listModelIds(visitor))];
      });
    }
    tally.note(`saved although killed: ${models} models; resumed to the end: ${resumed} runs`);

    await attempt(
      `all ${known.length} models at the end`,
      visitor,
      LIMIT_MS + known.length * 5000,
      async () => {
        await visitor.open();
        for (const id of known) {
          await openResult(visitor, id);
          await checkAnswers(visitor, id, picture);
        }
      },
    );
  },
};
