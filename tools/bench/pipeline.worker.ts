/** The bench of the data pipeline: from bytes in blocks to the trainer's batches, alone and beside the trainer. */
import { freshPlanOf } from '../../src/compute/jobs/definedNetwork.ts';
import { openPixelRows } from '../../src/compute/jobs/pixelRows.ts';
import { nodesFromScratch } from '../../src/compute/jobs/scratchJob.ts';
import { chooseTrainer } from '../../src/compute/runtimes/choose/chooseTrainer.ts';
import { activateBackend } from '../../src/compute/runtimes/tensorflow/activate.ts';
import type { ActivationSource } from '../../src/compute/training/activationSource.ts';
import { microBatchOf } from '../../src/compute/training/fineTunePhase.ts';
import { BMP_TYPE, toBmp } from '../../src/dataset/binary/bmp.ts';
import { NO_AUGMENTATION } from '../../src/domain/augmentation.ts';
import type { TrainExample } from '../../src/domain/checkpoint.ts';
import { DEFAULT_TRAIN_SETTINGS } from '../../src/domain/trainSettings.ts';
import { createFreshNetwork } from '../../src/network/freshNetwork.ts';
import { type Port, serve } from '../../src/rpc/server.ts';
import { createRandom, shuffle } from '../../src/shared/random.ts';
import { putBlock } from '../../src/storage/pictureBlocks.ts';
import type { BenchPipelineApi } from './pipelineApi.ts';
import type { PipelineReading } from './pipelineResult.ts';

const SIZE_PX = 32;
const CLASSES = 10;
const IN_BLOCK = 512;
const BATCH = 64;
const NETWORK = {
  ...{ backboneId: 'plain-cnn', inputSizePx: SIZE_PX },
  normalisation: { mean: [125.3, 123, 113.9], deviation: [63, 62.1, 66.7] },
};
const SETTINGS = { ...DEFAULT_TRAIN_SETTINGS, batchSize: BATCH };
const AUGMENTATION = { ...NO_AUGMENTATION, cropPaddingPx: 4, horizontalFlip: true };

/** Noise, kept as a binary set is. */
async function keepPictures(count: number): Promise<readonly TrainExample[]> {
  const random = createRandom(1);
  const strides = { x: 3, y: SIZE_PX * 3, channel: 1 };
  const examples: TrainExample[] = [];
  for (let first = 0; first < count; first += IN_BLOCK) {
    const block = Array.from({ length: Math.min(IN_BLOCK, count - first) }, (_, i) => {
      const values = new Uint8Array(SIZE_PX * SIZE_PX * 3).map(() => random.next() * 256);
      const bytes = toBmp({ widthPx: SIZE_PX, heightPx: SIZE_PX, values, strides });
      return { hash: String(first + i).padStart(64, '0'), bytes, type: BMP_TYPE };
    });
    await putBlock(block);
    for (const { hash } of block)
      examples.push({ hash, classIndex: examples.length % CLASSES, split: 'train' });
  }
  return examples;
}

/** Told of each wait for a batch. */
function watched(source: ActivationSource, onWaited: (ms: number) => void): ActivationSource {
  return {
    plain: (rows) => source.plain(rows),
    async training(rows) {
      const startMs = performance.now();
      const batch = await source.training(rows);
      onWaited(performance.now() - startMs);
      return batch;
    },
  };
}

async function measure(pictureCount: number, epochs: number): Promise<PipelineReading> {
  await activateBackend('wasm');
  const examples = await keepPictures(pictureCount);
  const { nodes, featureCount, featureNode } = freshPlanOf(NETWORK);
  const [input] = nodes;
  if (input?.op !== 'input') throw new Error('a network without an input');
  const nobody = () => Promise.reject(new Error('raw pixels need no workers'));
  const pool = { size: 0, batchSize: 1, addTarget: nobody, removeTarget: nobody, extract: nobody };
  const rows = await openPixelRows(
    { pool: { ...pool, terminate: () => undefined }, openTarget: nobody },
    input,
    {
      ...{ examples, pictures: examples.map(({ hash }) => ({ hash, blob: null })) },
      ...{ augmentation: AUGMENTATION, seed: 1, sizePx: SIZE_PX, signal: new AbortController().signal },
    },
  );
  const order = shuffle(
    Int32Array.from(examples, (_, row) => row),
    createRandom(2),
  );
  const batches = Array.from({ length: Math.ceil(order.length / BATCH) }, (_, step) =>
    order.subarray(step * BATCH, (step + 1) * BATCH),
  );
  let epoch = 0;
  const eachBatch = async (work: (batch: Int32Array) => Promise<unknown>) => {
    const startMs = performance.now();
    for (let round = 0; round < epochs; round++) {
      rows.expect(order, ++epoch);
      for (const batch of batches) await work(batch);
    }
    return performance.now() - startMs;
  };

  const startMs = performance.now();
  await rows.prepare(order, () => undefined);
  const readMs = performance.now() - startMs;
  const aloneMs = await eachBatch((batch) => rows.training(batch));

  let waitedMs = 0;
  const random = createRandom(3);
  const plan = { ...{ backboneId: NETWORK.backboneId, nodes, featureNode, featureCount } };
  const all = nodesFromScratch({ plan }, SETTINGS, CLASSES);
  const trainer = await chooseTrainer(
    {
      source: watched(rows, (ms) => {
        waitedMs += ms;
      }),
      labels: Int32Array.from(examples, ({ classIndex }) => classIndex),
      classWeights: new Array<number>(CLASSES).fill(1),
      ...{ settings: SETTINGS, norms: 'learning', microBatch: microBatchOf({ nodes: all }, BATCH) },
      start: {
        head: createFreshNetwork('plain-cnn', all, () => random.next()),
        ...{ optimizerState: {}, optimizerSteps: 0 },
      },
    },
    navigator.hardwareConcurrency,
  );
  try {
    const besideMs = await eachBatch(async (batch) => trainer.step(batch, random, SETTINGS.learningRate));
    const pictures = pictureCount * epochs;
    return {
      readPerSecond: (pictureCount * 1000) / readMs,
      alonePerSecond: (pictures * 1000) / aloneMs,
      trainedPerSecond: (pictures * 1000) / besideMs,
      waitFraction: waitedMs / besideMs,
      workers: navigator.hardwareConcurrency,
    };
  } finally {
    trainer.dispose();
    await rows.close();
  }
}

serve<BenchPipelineApi>(globalThis as unknown as Port, {
  measure: ({ pictures, epochs }) => measure(pictures, epochs),
});
