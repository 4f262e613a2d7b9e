import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { emptyDataset } from '../../dataset/operations.ts';
import { type AugmentSettings, DEFAULT_AUGMENTATION, NO_AUGMENTATION } from '../../domain/augmentation.ts';
import type { Dataset, DatasetPicture } from '../../domain/dataset.ts';
import type { IntakeApi, PreviewArgs } from '../../rpc/intakeApi.ts';
import type { Handlers } from '../../rpc/server.ts';
import { createTestWorker } from '../../testing/rpc/fakeWorker.ts';
import { datasetStore } from '../dataset/dataset.ts';
import { holdPictures } from '../dataset/pictureBlobs.ts';
import {
  augmentPreviewStore,
  openAugmentPreview,
  PREVIEW_SIZE_PX,
  partnerOf,
  previewOrder,
  showAnotherPicture,
} from './augmentPreview.ts';
import { changeTrainSettings } from './nextRun.ts';

type Pixels = Uint8ClampedArray<ArrayBuffer>;

/** A call that waits for its answer. */
interface Asked {
  readonly args: PreviewArgs;
  readonly answer: (pixels: readonly Pixels[]) => void;
}

const asked: Asked[] = [];
const pixelsOf = ({ sizePx, count }: PreviewArgs, value: number): Pixels[] =>
  Array.from({ length: count }, () => new Uint8ClampedArray(sizePx * sizePx * 4).fill(value));

function pictureOf(name: string, classId: string): DatasetPicture {
  return {
    ...{ id: name, hash: `augment-preview-${name}`, name, path: name, classId },
    ...{ folderSplit: 'train', burstId: null, widthPx: 8, heightPx: 8, sizeBytes: 100 },
  };
}

const PICTURES = [pictureOf('cat-1', 'cat'), pictureOf('cat-2', 'cat'), pictureOf('dog-1', 'dog')];
const DATASET: Dataset = {
  ...emptyDataset('animals'),
  classes: ['cat', 'dog'].map((name) => ({ id: name, name })),
  pictures: [...PICTURES, { ...pictureOf('dog-test', 'dog'), folderSplit: 'test' }],
  split: { source: 'folders', fractions: { train: 1, validation: 0, test: 0 }, seed: 1, groupPattern: null },
};

/** Left half red, right half blue. */
async function drawPicture(): Promise<Blob> {
  const canvas = new OffscreenCanvas(64, 64);
  const context = canvas.getContext('2d');
  if (!context) throw new Error('no canvas');
  context.fillStyle = '#f00';
  context.fillRect(0, 0, 32, 64);
  context.fillStyle = '#00f';
  context.fillRect(32, 0, 32, 64);
  return canvas.convertToBlob();
}

const shown = () => augmentPreviewStore.getState();

function changeAugmentation(change: Partial<AugmentSettings>): void {
  changeTrainSettings({ augmentation: { ...DEFAULT_AUGMENTATION, ...change } });
}

const RealWorker = Worker;
const workers: Worker[] = [];

function useWorkers(spawn: (...args: ConstructorParameters<typeof Worker>) => Worker): void {
  vi.stubGlobal('Worker', function Spawned(...args: ConstructorParameters<typeof Worker>) {
    const worker = spawn(...args);
    workers.push(worker);
    return worker;
  });
}

const answerByHand = () =>
  useWorkers(() =>
    createTestWorker<IntakeApi>({
      previewAugmentation: (args) => new Promise((answer) => void asked.push({ args, answer })),
    } as Partial<Handlers<IntakeApi>> as Handlers<IntakeApi>),
  );

let close: () => void = () => undefined;

beforeEach(async () => {
  asked.length = 0;
  const blob = await drawPicture();
  holdPictures(PICTURES.map(({ hash }) => ({ hash, blob, thumbnail: blob })));
  changeAugmentation({});
  datasetStore.setState({ dataset: DATASET, loading: false });
});
afterEach(() => {
  close();
  // The next test brings a worker of its own.
  for (const worker of workers.splice(0)) worker.onerror?.(new ErrorEvent('error'));
  vi.unstubAllGlobals();
});

describe('the preview of augmentation', () => {
  it('shows a picture as it is and nine examples of it, made by the real worker', async () => {
    useWorkers((...args) => new RealWorker(...args));
    close = openAugmentPreview();
    await expect.poll(() => shown().examples.length).toBe(9);
    const { original, examples, picture: of } = shown();
    expect(of?.name).toBe('cat-1');
    const redAt = (image: ImageData | null, x: number) => image?.data[(10 * PREVIEW_SIZE_PX + x) * 4];
    expect(redAt(original, 4)).toBeGreaterThan(240);
    expect(redAt(original, PREVIEW_SIZE_PX - 4)).toBeLessThan(15);
    expect(new Set(examples.map(({ data }) => data.join())).size).toBeGreaterThan(1);
    changeAugmentation(NO_AUGMENTATION);
    await expect.poll(() => shown().examples !== examples && !shown().isWorking).toBe(true);
    for (const { data } of shown().examples) expect(data).toEqual(original?.data);
  });

  it('waits until a slider rests, and asks with its last value', async () => {
    answerByHand();
    close = openAugmentPreview();
    await expect.poll(() => asked.length).toBe(2);
    for (const rotationDegrees of [15, 20, 25]) changeAugmentation({ rotationDegrees });
    await expect.poll(() => asked.length).toBe(4);
    const [original, examples] = asked.slice(2);
    expect(original?.args).toMatchObject({ count: 1, partner: null, augmentation: NO_AUGMENTATION });
    expect(examples?.args).toMatchObject({ count: 9, augmentation: { rotationDegrees: 25 } });
    expect(shown()).toMatchObject({ isWorking: true, examples: [] });
  });

  it('does not step back to examples that were overtaken', async () => {
    answerByHand();
    close = openAugmentPreview();
    await expect.poll(() => asked.length).toBe(2);
    showAnotherPicture();
    await expect.poll(() => asked.length).toBe(4);
    const [overtaken, latest] = [asked.slice(0, 2), asked.slice(2)];
    for (const { args, answer } of latest) answer(pixelsOf(args, 2));
    await expect.poll(() => shown().examples.length).toBe(9);
    for (const { args, answer } of overtaken) answer(pixelsOf(args, 1));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(shown().picture?.name).toBe('dog-1');
    expect(shown().examples.map(({ data }) => data[0])).toEqual(Array(9).fill(2));
  });

  it('mixes with a picture of another class, only where mixing is on', async () => {
    answerByHand();
    close = openAugmentPreview();
    await expect.poll(() => asked.length).toBe(2);
    expect(asked[1]?.args.partner).toBeNull();
    changeAugmentation({ cutMix: 1 });
    await expect.poll(() => asked.length).toBe(4);
    expect(asked[3]?.args.partner).toBeInstanceOf(Blob);
    const splits = new Map(PICTURES.map(({ id }) => [id, 'train' as const]));
    const order = previewOrder(DATASET, splits);
    expect(order.map(({ name }) => name)).toEqual(['cat-1', 'dog-1', 'cat-2']);
    expect(order.map((_, index) => partnerOf(order, index)?.name)).toEqual(['dog-1', 'cat-2', 'dog-1']);
    expect(partnerOf(order.slice(0, 1), 0)).toBeNull();
  });

  it('says nothing where there is nothing to learn from, and stops when it is closed', async () => {
    answerByHand();
    close = openAugmentPreview();
    datasetStore.setState({ dataset: { ...DATASET, pictures: [] } });
    await expect.poll(() => shown().isWorking).toBe(false);
    expect(shown()).toMatchObject({ picture: null, examples: [], error: null });
    const before = asked.length;
    close();
    datasetStore.setState({ dataset: DATASET });
    changeAugmentation({ zoom: 0.3 });
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(asked.length).toBe(before);
  });
});
