/** A model goes out as a file and comes back the same; and it runs in a page that has never heard of Headstart. */
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { expect } from '@playwright/test';
import { InferenceSession, Tensor } from 'onnxruntime-web';
import { test } from './pages/fixtures.ts';
import type { Guesses } from './pages/person.ts';
import { bytesAt, readSamples, unzip, writeFiles } from './pages/pictures.ts';
import { serveFiles } from './pages/servers.ts';

const TENSORFLOW = resolve(import.meta.dirname, '../node_modules/@tensorflow');

/** What plain TensorFlow.js needs, as a page of somebody else would have it. */
const PLAIN_PAGE = `<!doctype html><title>Somebody else's page</title>
<script src="tf.min.js"></script><script src="tf-backend-wasm.min.js"></script>`;

const LABELS = ['animals', 'buildings', 'faces'];

/** What expected.json says of a picture. */
interface Expected {
  readonly picture: string;
  readonly probabilities: readonly number[];
}

/** Pictures of two things at once, of which no model can be sure. */
const BLENDED = [
  ['animals/noto_cat.png', 'buildings/noto_hotel.png'],
  ['buildings/noto_castle.png', 'faces/noto_star-struck.png'],
  ['faces/noto_winking-face.png', 'animals/noto_zebra.png'],
] as const;

/** Two pictures over each other on white, opaque, 224×224, as PNG. Runs in the page. */
async function blend(layers: number[][]): Promise<number[]> {
  const canvas = new OffscreenCanvas(224, 224);
  const context = canvas.getContext('2d');
  if (!context) throw new Error('no canvas');
  context.fillStyle = '#fff';
  context.fillRect(0, 0, 224, 224);
  for (const [index, bytes] of layers.entries()) {
    context.globalAlpha = index === 0 ? 1 : 0.5;
    context.drawImage(await createImageBitmap(new Blob([new Uint8Array(bytes)])), 0, 0);
  }
  return [...new Uint8Array(await (await canvas.convertToBlob({ type: 'image/png' })).arrayBuffer())];
}

/** Same labels, each probability within `tolerance`. */
function expectSame(actual: Guesses, expected: Guesses, tolerance: number): void {
  expect(Object.keys(actual).sort()).toEqual(Object.keys(expected).sort());
  for (const [label, probability] of Object.entries(expected)) {
    expect(Math.abs((actual[label] ?? Number.NaN) - probability), label).toBeLessThan(tolerance);
  }
}

test('a model file comes back the same, and plain TensorFlow.js agrees with it', async ({
  trained,
  folder,
  browser,
  guard,
}) => {
  test.setTimeout(180_000);
  const { page } = trained;
  const samples = await readSamples();
  const blends: Record<string, Uint8Array> = {};
  for (const [one, other] of BLENDED) {
    const layers = [one, other].map((path) => Array.from(bytesAt(samples, path)));
    blends[`${one} and ${other}`.replaceAll('/', '-')] = new Uint8Array(await page.evaluate(blend, layers));
  }
  const names = Object.keys(blends);
  const pictures = await writeFiles(folder, blends);
  const file = join(folder, 'model.zip');

  const original = await test.step('classify and export', async () => {
    // Model files compute in float32, so what they are compared with must as well.
    await trained.goTo('Settings');
    await page.getByRole('switch', { name: 'Exact arithmetic (float32)' }).check();
    await trained.goTo('Result');
    await trained.exportModel(file);
    await trained.main.getByRole('link', { name: 'Use it', exact: true }).click();
    await expect(page.getByRole('combobox', { name: 'Classify with' })).toHaveValue(trained.modelId);
    return trained.classify(pictures);
  });
  expect(Object.keys(original)).toEqual(names);
  // Where a model is quite sure, all would agree whatever the numbers before the softmax.
  const highest = Object.values(original).map((guesses) => Math.max(...Object.values(guesses)));
  expect(Math.min(...highest)).toBeLessThan(0.98);

  await test.step('as ONNX it agrees in ONNX Runtime, in each precision', async () => {
    await page.goBack();
    const onnx = join(folder, 'onnx.zip');
    const pixels = await page.evaluate(
      readPixels,
      Object.values(blends).map((bytes) => Array.from(bytes)),
    );
    for (const [precision, tolerance] of [
      ['float32', 1e-4],
      ['float16', 5e-3],
      ['int8', 0.1],
    ] as const) {
      await trained.exportModel(onnx, { format: 'ONNX', precision });
      const inside = await unzip(await readFile(onnx));
      expect(Object.keys(inside)).toEqual(expect.arrayContaining(['classify.py', 'serve.py', 'Dockerfile']));
      const expected = JSON.parse(new TextDecoder().decode(bytesAt(inside, 'expected.json'))) as Expected[];
      expect(expected.map(({ picture }) => bytesAt(inside, picture).length > 1000)).toEqual(
        Array(5).fill(true),
      );
      for (const { probabilities } of expected)
        expect(probabilities.reduce((sum, one) => sum + one, 0)).toBeCloseTo(1, 4);
      const answers = await runOnnx(bytesAt(inside, 'model.onnx'), pixels);
      for (const [index, name] of names.entries()) {
        const there = Object.fromEntries(
          LABELS.map((label, i) => [label, answers[index]?.[i] ?? Number.NaN]),
        );
        expectSame(there, original[name] ?? {}, tolerance);
      }
    }
  });

  const files = await unzip(await readFile(file));
  await test.step('the file holds what a stranger needs', async () => {
    const text = (path: string) => new TextDecoder().decode(bytesAt(files, path));
    expect(text('labels.txt').trim().split(/\r?\n/)).toEqual(LABELS);
    const names = Object.keys(files);
    expect(names).toContain('model.json');
    const card = names.find((name) => /card|readme/i.test(name)) ?? '';
    expect(text(card)).toContain('animals');
    expect(names.some((name) => /example|\.html$|\.js$/i.test(name))).toBe(true);
  });

  await test.step('it comes back and answers the same to 1e-4', async () => {
    await trained.goTo('My models');
    await page.getByRole('button', { name: `Rename: ${trained.modelName}` }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('the one before');
    await page.getByRole('button', { name: 'Save' }).click();
    await trained.importModel(file);
    await page.getByRole('link', { name: `Use it: ${trained.modelName}` }).click();
    const imported = await trained.classify(pictures);
    for (const name of names) expectSame(imported[name] ?? {}, original[name] ?? {}, 1e-4);
  });

  await test.step('a plain page with none of our code agrees to 1e-3', async () => {
    const wasm = join(TENSORFLOW, 'tfjs-backend-wasm/dist');
    const libraries = {
      'tf.min.js': await readFile(join(TENSORFLOW, 'tfjs/dist/tf.min.js')),
      'tf-backend-wasm.min.js': await readFile(join(wasm, 'tf-backend-wasm.min.js')),
      'tfjs-backend-wasm-simd.wasm': await readFile(join(wasm, 'tfjs-backend-wasm-simd.wasm')),
      'tfjs-backend-wasm.wasm': await readFile(join(wasm, 'tfjs-backend-wasm.wasm')),
    };
    const server = await serveFiles({ 'index.html': PLAIN_PAGE, ...libraries, ...files, ...blends });
    const context = await browser.newContext();
    guard.watch(context);
    const stranger = await context.newPage();
    await stranger.goto(`${server.url}index.html`);
    const answers = await stranger.evaluate(runPlainTensorFlow, names);
    await context.close();
    await server.close();
    for (const [index, name] of names.entries()) {
      const plain = Object.fromEntries(LABELS.map((label, i) => [label, answers[index]?.[i] ?? Number.NaN]));
      expectSame(plain, original[name] ?? {}, 1e-3);
    }
  });
});

/** Red, green, blue of each picture, 0–255. Runs in the page. */
async function readPixels(pictures: number[][]): Promise<number[][]> {
  const all: number[][] = [];
  for (const bytes of pictures) {
    const bitmap = await createImageBitmap(new Blob([new Uint8Array(bytes)]));
    const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
    if (!context) throw new Error('no canvas');
    context.drawImage(bitmap, 0, 0);
    const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height);
    all.push([...data.filter((_value, at) => at % 4 !== 3)]);
  }
  return all;
}

/** What ONNX Runtime makes of each picture. */
async function runOnnx(model: Uint8Array, pictures: readonly number[][]): Promise<number[][]> {
  const session = await InferenceSession.create(model);
  const [input = '', output = ''] = [session.inputNames[0], session.outputNames[0]];
  const answers: number[][] = [];
  for (const pixels of pictures) {
    const tensor = new Tensor('float32', Float32Array.from(pixels), [1, 224, 224, 3]);
    const given = (await session.run({ [input]: tensor }))[output];
    answers.push(Array.from(given?.data as Float32Array));
  }
  await session.release();
  return answers;
}

/** Runs in the stranger's page, whose only code is TensorFlow.js. */
async function runPlainTensorFlow(names: readonly string[]): Promise<number[][]> {
  interface PlainTensor {
    expandDims(): PlainTensor;
    toFloat(): PlainTensor;
    data(): Promise<ArrayLike<number>>;
  }
  interface PlainTensorFlow {
    setBackend(name: string): Promise<boolean>;
    setThreadsCount(count: number): void;
    env(): { set(flag: string, value: boolean): void };
    browser: { fromPixels(image: ImageBitmap): PlainTensor };
    loadLayersModel(url: string): Promise<{ predict(x: PlainTensor): PlainTensor }>;
    loadGraphModel(url: string): Promise<{ predict(x: PlainTensor): PlainTensor }>;
  }
  const { tf } = window as Window & { tf?: PlainTensorFlow };
  if (!tf) throw new Error('plain TensorFlow.js is not on the page');
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  await tf.setBackend('wasm');
  const { format } = (await (await fetch('model.json')).json()) as { format: string };
  const model = await (format === 'graph-model'
    ? tf.loadGraphModel('model.json')
    : tf.loadLayersModel('model.json'));
  const answers: number[][] = [];
  for (const name of names) {
    const picture = await createImageBitmap(await (await fetch(encodeURIComponent(name))).blob());
    const input = tf.browser.fromPixels(picture).toFloat().expandDims();
    answers.push(Array.from(await model.predict(input).data()));
  }
  return answers;
}
