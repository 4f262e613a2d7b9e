/** Both phases of a thorough training, and what may happen in their middle: a rest, a reload, a crash of the worker. */
import { join } from 'node:path';
import { expect, type Page } from '@playwright/test';
import { expectSameCurve, keptCheckpoint, phaseCounts, shownModel } from './pages/kept.ts';
import { type Guesses, Person } from './pages/person.ts';
import { chooseBackend, epochsDone, expectEpoch, type Phases, setThorough, test } from './pages/tiny.ts';

const QUICK: Phases = { headEpochs: 2, fineTuneEpochs: 4 };
/** Long enough to be interrupted on any machine. */
const LONG: Phases = { headEpochs: 2, fineTuneEpochs: 12, fineTuneRate: 0.0003 };
const NAMES = ['green-1.svg', 'purple-3.svg', 'red-5.svg'];

const filesOf = (discs: string) => NAMES.map((name) => join(discs, name.split('-')[0] ?? '', name));
const border = (page: Page) =>
  page.getByRole('figure', { name: /^Line chart of accuracy/ }).getByText('fine-tuning from here');

/** Like a crash: the tab goes without a question, and a new one is opened at the same address. */
async function reopen(page: Page): Promise<Person> {
  const person = new Person(await page.context().newPage());
  const address = page.url();
  await page.close();
  await person.open(address);
  return person;
}

/** As an error that nobody caught ends a worker. */
async function killEngine(page: Page): Promise<void> {
  const engine = page.workers().find((worker) => worker.url().includes('/engine.worker'));
  if (!engine) throw new Error('the page has no engine');
  await engine.evaluate(() => {
    setTimeout(() => {
      throw new Error('killed by the test');
    });
  });
}

async function trainThorough(person: Person, phases: Phases): Promise<void> {
  await person.goTo('Train');
  await setThorough(person, phases);
  await person.pressTrain();
}

function expectSame(
  actual: Readonly<Record<string, Guesses>>,
  expected: Readonly<Record<string, Guesses>>,
  tolerance: number,
): void {
  expect(Object.keys(expected).sort()).toEqual(NAMES);
  for (const [name, guesses] of Object.entries(expected)) {
    expect(Object.keys(guesses)).toHaveLength(3);
    for (const [label, probability] of Object.entries(guesses)) {
      const distance = Math.abs((actual[name]?.[label] ?? Number.NaN) - probability);
      expect(distance, `${label} of ${name}`).toBeLessThan(tolerance);
    }
  }
}

for (const [backend, label] of [
  ['cpu', 'Processor (Headstart’s own WebAssembly)'],
  ['wasm', 'Processor (TensorFlow.js WebAssembly)'],
  ['webgl', 'Graphics card (WebGL)'],
] as const) {
  test(`both phases on ${backend}`, async ({ tiny, discs }) => {
    const { page } = tiny;
    await chooseBackend(tiny, backend);
    await trainThorough(tiny, QUICK);
    await tiny.expectResult();
    await expect(border(page)).toBeVisible();
    expect(phaseCounts(await shownModel(page))).toEqual([QUICK.headEpochs, QUICK.fineTuneEpochs]);
    const settings = tiny.main.getByRole('table', { name: 'Settings' });
    await expect(settings.getByRole('row', { name: 'Epochs of the second phase 4' })).toBeVisible();
    await tiny.main.getByRole('link', { name: 'Use it', exact: true }).click();
    const guesses = (await tiny.classify(filesOf(discs)))['purple-3.svg'] ?? {};
    expect(Object.entries(guesses).sort((a, b) => b[1] - a[1])[0]?.[0]).toBe('purple');
    await tiny.goTo('Settings');
    const row = tiny.main.getByRole('row', { name: label });
    await expect(row).toContainText('In use: you chose it.');
    if (backend === 'webgl') await expect(row).toContainText(/swiftshader/i);
  });
}

test('a fine-tuned model is there again after a reload, and its file answers as it does', async ({
  tiny,
  discs,
  folder,
}) => {
  const { page } = tiny;
  const file = join(folder, 'model.zip');
  // Model files compute in float32, so what they are compared with must as well.
  await tiny.goTo('Settings');
  await page.getByRole('switch', { name: 'Exact arithmetic (float32)' }).check();
  await trainThorough(tiny, QUICK);
  await tiny.expectResult();
  await tiny.exportModel(file);
  const name = await tiny.modelName();
  const model = await shownModel(page);
  // Of the second phase: otherwise what follows would look at a head only.
  expect(model.bestEpoch).toBeGreaterThan(QUICK.headEpochs);
  await tiny.main.getByRole('link', { name: 'Use it', exact: true }).click();
  const original = await tiny.classify(filesOf(discs));
  // Where a model is quite sure, all would agree whatever the numbers before the softmax.
  expect(Math.min(...Object.values(original).map((of) => Math.max(...Object.values(of))))).toBeLessThan(0.98);

  await page.reload();
  await expect(page.getByRole('combobox', { name: 'Classify with' })).toHaveValue(model.id);
  expectSame(await tiny.classify(filesOf(discs)), original, 1e-4);

  await tiny.goTo('My models');
  await page.getByRole('button', { name: `Rename: ${name}` }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('the one before');
  await page.getByRole('button', { name: 'Save' }).click();
  await tiny.importModel(file);
  await page.getByRole('link', { name: `Use it: ${name}` }).click();
  expectSame(await tiny.classify(filesOf(discs)), original, 1e-3);
});

test('a rest, a dead worker and a reload: it ends like a run that nothing ever happened to', async ({
  tiny,
  guard,
}) => {
  const { page } = tiny;
  await trainThorough(tiny, LONG);
  await tiny.expectResult();
  const untouched = await shownModel(page);
  expect(phaseCounts(untouched)).toEqual([LONG.headEpochs, LONG.fineTuneEpochs]);

  await trainThorough(tiny, LONG);
  await expectEpoch(page, LONG.headEpochs + 1);
  await test.step('at rest it is kept, and nothing moves', async () => {
    await page.getByRole('button', { name: 'Pause' }).click();
    await expect(page.getByRole('status').filter({ hasText: 'Paused.' })).toBeVisible();
    await expect.poll(() => keptCheckpoint(page)).toMatchObject({ phase: 'fineTune' });
    const done = await epochsDone(page);
    await page.waitForTimeout(1000);
    expect(await epochsDone(page)).toBe(done);
  });
  await test.step('the worker dies in mid-epoch, and a new one goes on', async () => {
    const done = await epochsDone(page);
    await page.getByRole('button', { name: 'Go on' }).click();
    await expectEpoch(page, done + 1);
    await killEngine(page);
    await expect(tiny.notices).toContainText('The part that computes stopped unexpectedly');
    expect(guard.takeProblems().filter((problem) => !problem.includes('killed by the test'))).toEqual([]);
    await expectEpoch(page, done + 2);
  });
  await page.getByRole('button', { name: 'Pause' }).click();
  const rested = await epochsDone(page);
  await expect.poll(async () => (await keptCheckpoint(page))?.epoch ?? 0).toBeGreaterThanOrEqual(rested);
  const kept = await keptCheckpoint(page);
  expect(kept?.epoch).toBeLessThan(LONG.headEpochs + LONG.fineTuneEpochs);

  const person = await reopen(page);
  const panel = person.page.getByRole('region', { name: 'A training was interrupted' });
  await expect(panel).toContainText(`epoch ${kept?.epoch} of ${LONG.headEpochs + LONG.fineTuneEpochs}`);
  await panel.getByRole('button', { name: 'Go on' }).click();
  await person.expectResult();
  const resumed = await shownModel(person.page);
  expect(resumed.id).not.toBe(untouched.id);
  expectSameCurve(resumed.curve, untouched.curve, 1e-3);
  expect(resumed.bestEpoch).toBe(untouched.bestEpoch);
  expect(await keptCheckpoint(person.page)).toBeNull();
});
