/** Model files changed by chance, opened through the page one by one: each becomes a model that works, or a sentence. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { answerDialog } from '../../pages/patience.ts';
import { unzip } from '../../pages/pictures.ts';
import type { Fault } from '../fault.ts';
import { checkAnswers, NoAnswer, openResult, readModelIds, waitForEnd } from '../keptModels.ts';
import { mutateModelZip } from '../mutate/modelZips.ts';
import { addDiscs, beginThorough, openTinyApp } from '../tinyApp.ts';
import type { Visitor } from '../visitor.ts';

/** Between two fresh starts, so that the list of models stays short. */
const TOGETHER = 50;
const IMPORT_MS = 30_000;
const LIMIT_MS = 90_000;
const RUN_MS = 90_000;
const TOO_LARGE = 'What this model answers is no number (NaN).';

interface Imported {
  readonly isKept: boolean;
  readonly words: string;
}

/** On "My models". */
async function importFile({ person }: Visitor, file: string): Promise<Imported> {
  const { page, main, notices } = person;
  await answerDialog(page, main.getByRole('button', { name: 'Open a model file', exact: true }), file);
  const kept = notices.getByText('was added to your models').last();
  const refused = main.getByRole('alert').filter({ hasText: 'Technical details' }).last();
  await kept.or(refused).first().waitFor({ timeout: IMPORT_MS });
  const isKept = await kept.isVisible();
  const words = isKept ? '' : ((await refused.innerText()).split('\n')[0] ?? '');
  // The next file's answer must not be taken for this one's.
  if (isKept) await notices.getByRole('button', { name: 'Close message' }).last().click();
  else await refused.getByRole('button', { name: 'Close' }).click();
  await kept.or(refused).first().waitFor({ state: 'hidden' });
  return { isKept, words };
}

export const fault: Fault = {
  id: 'models-mutated',
  title: 'mutated model files',
  place: 10,
  isLong: true,
  async run(scene) {
    const { tally, random, folder, times, attempt } = scene;
    const app = await openTinyApp(scene);
    const { visitor, picture } = app;
    await visitor.open();
    await addDiscs(app);
    // With stages of the network in it: more shapes to get wrong than a head alone has.
    await beginThorough(visitor, 2, 2);
    const { words } = await waitForEnd(visitor, RUN_MS);
    if (words !== null) throw new Error(words);
    const original = join(folder, 'model.zip');
    await visitor.person.exportModel(original);
    const whole = new Uint8Array(await readFile(original));
    const files = await unzip(whole);

    const tries = times(1000, 30);
    let kept = 0;
    let refused = 0;
    let tooLarge = 0;
    let isFresh = false;
    for (let i = 0; i < tries; i++) {
      const file = join(folder, `${i}.zip`);
      await writeFile(file, await mutateModelZip(whole, files, random));
      const isWell = await attempt(`file ${i + 1}`, visitor, LIMIT_MS, async () => {
        if (!isFresh) {
          await visitor.startAnew();
          await visitor.goTo('My models');
          isFresh = true;
        }
        const before = await readModelIds(visitor.person);
        const imported = await importFile(visitor, file);
        const after = await readModelIds(visitor.person);
        const fresh = after.filter((id) => !before.includes(id));
        if (!imported.isKept) {
          refused += 1;
          if (fresh.length > 0) throw new Error(`refused with "${imported.words}", and listed all the same`);
          if (/unexpected/i.test(imported.words)) throw new Error(`it says only "${imported.words}"`);
          return;
        }
        kept += 1;
        const [id] = fresh;
        if (id === undefined) throw new Error('said to be added, and not listed');
        await openResult(visitor, id);
        await checkAnswers(visitor, id, picture).catch((thrown: unknown) => {
          // Weights may be finite and too large for any picture: only an answer shows it.
          if (!(thrown instanceof NoAnswer) || !thrown.message.startsWith(TOO_LARGE)) throw thrown;
          tooLarge += 1;
        });
        await visitor.goTo('My models');
      });
      if (!isWell || (i + 1) % TOGETHER === 0) isFresh = false;
    }
    tally.note(
      `became models: ${kept}, ${tooLarge} of them with weights so large that they say so instead of answering; refused in words: ${refused}`,
    );
    tally.note('through the button "Open a model file", one at a time');
  },
};
