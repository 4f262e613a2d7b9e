/** The app's own training loop on features made of noise: the time of an epoch does not depend on what they mean. */

import { headOnFeatures } from '../../src/compute/jobs/featureHead.ts';
import { activateBackend } from '../../src/compute/runtimes/tensorflow/activate.ts';
import { trainHead } from '../../src/compute/training/train.ts';
import { DEFAULT_TRAIN_SETTINGS, type TrainSettings } from '../../src/domain/trainSettings.ts';
import { type Port, serve } from '../../src/rpc/server.ts';
import { createRandom } from '../../src/shared/random.ts';
import { type BenchHeadApi, HEAD_BENCH } from './headApi.ts';

const EPOCHS = 4;

serve<BenchHeadApi>(globalThis as unknown as Port, {
  async epoch({ backend }) {
    // Heads of `cpu` train beside TensorFlow.js on WASM, as in the engine's session.
    const active = await activateBackend(backend === 'cpu' ? 'wasm' : backend);
    const { pictures, features, hiddenUnits, classes, batchSize } = HEAD_BENCH;
    const random = createRandom(1);
    const open = new AbortController().signal;
    const table = {
      values: new Float32Array(pictures * features).map(() => random.next()),
      featureCount: features,
      labels: Int32Array.from({ length: pictures }, (_, row) => row % classes),
    };
    const settings: TrainSettings = {
      ...DEFAULT_TRAIN_SETTINGS,
      hiddenUnits,
      batchSize,
      // As in the plain model, which has neither.
      dropout: 0,
      l2: 0,
      epochs: EPOCHS,
      earlyStoppingPatience: null,
    };
    const { curve } = await trainHead(
      {
        ...headOnFeatures(table, settings, classes),
        rows: {
          train: Int32Array.from({ length: pictures }, (_, row) => row),
          validation: new Int32Array(),
          test: new Int32Array(),
        },
        settings,
        resumeFrom: null,
      },
      { onProgress: () => {}, signal: open, finishSignal: open, lost: active.lost },
    );
    const times = curve.map(({ elapsedMs }, i) => elapsedMs - (curve[i - 1]?.elapsedMs ?? 0));
    // The first epoch compiles and packs.
    const [, median = Number.NaN] = times.slice(1).sort((a, b) => a - b);
    return median / 1000;
  },
});
