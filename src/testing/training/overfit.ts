/** Ten pictures of noise, learned by heart by a network with fresh weights: wrong gradients do not get there. */
import { chooseTrainer } from '../../compute/runtimes/choose/chooseTrainer.ts';
import { DEFAULT_TRAIN_SETTINGS, type TrainSettings } from '../../domain/trainSettings.ts';
import { appendHead } from '../../network/append.ts';
import { findBackbone } from '../../network/backbones/registry.ts';
import { cutAfter } from '../../network/cut.ts';
import { createFreshNetwork } from '../../network/freshNetwork.ts';
import { buildHeadNodes } from '../../network/head.ts';
import type { Network } from '../../network/network.ts';
import { createRandom } from '../../shared/random.ts';
import { isLearned, type Overfit } from './overfitResult.ts';

const PICTURES = 10;
const CLASSES = 5;
const SIZE_PX = 64;
const WIDTH = SIZE_PX * SIZE_PX * 3;
const SETTINGS: TrainSettings = {
  ...DEFAULT_TRAIN_SETTINGS,
  dropout: 0,
  l2: 0,
  optimizer: 'adam',
  batchSize: PICTURES,
};

/** On the processor. */
const WORKERS = 2;

/** With a linear head for the classes in place of its published top. */
function freshNetworkOf(id: string): Network {
  const { buildNodes, featureNode, featureCount } = findBackbone(id);
  const random = createRandom(1);
  const next = () => random.next();
  const { nodes } = cutAfter({ name: id, nodes: buildNodes(SIZE_PX), weights: {} }, featureNode);
  const headNodes = buildHeadNodes({ head: 'linear', hiddenUnits: 1, dropout: 0 }, featureCount, CLASSES);
  return appendHead(createFreshNetwork(id, nodes, next), createFreshNetwork('head', headNodes, next));
}

/**
 * By whoever trains on the current backend, with BatchNorm that learns.
 * @param id of a backbone @param learningRate of Adam @param mostSteps after which it is given up
 */
export async function overfit(id: string, learningRate: number, mostSteps: number): Promise<Overfit> {
  const random = createRandom(2);
  // As a picture is for a network once it is preprocessed: around zero, about one wide.
  const values = new Float32Array(PICTURES * WIDTH).map(() => (random.next() * 2 - 1) * Math.sqrt(3));
  const labels = Int32Array.from({ length: PICTURES }, (_, picture) => picture % CLASSES);
  const plain = async (rows: Int32Array) => {
    const taken = new Float32Array(rows.length * WIDTH);
    rows.forEach((row, i) => {
      taken.set(values.subarray(row * WIDTH, (row + 1) * WIDTH), i * WIDTH);
    });
    return taken;
  };
  const trainer = await chooseTrainer(
    {
      ...{ labels, settings: SETTINGS, microBatch: PICTURES, norms: 'learning' },
      source: { plain, training: async (rows) => ({ values: await plain(rows) }) },
      classWeights: new Array<number>(CLASSES).fill(1),
      start: { head: freshNetworkOf(id), optimizerState: {}, optimizerSteps: 0 },
    },
    WORKERS,
  );
  const rows = Int32Array.from(labels, (_, row) => row);
  const startMs = performance.now();
  let [steps, correct, loss] = [0, 0, Number.NaN];
  try {
    while (steps < mostSteps && !isLearned({ accuracy: correct / PICTURES, loss })) {
      await trainer.step(rows, random, learningRate);
      steps += 1;
      const totals = await trainer.takeTotals();
      correct = totals.correct;
      loss = totals.lossSum / totals.weightSum;
    }
  } finally {
    trainer.dispose();
  }
  return {
    id,
    steps,
    accuracy: correct / PICTURES,
    loss,
    msPerStep: (performance.now() - startMs) / steps,
  };
}
