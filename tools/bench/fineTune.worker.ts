/** The app's own fine-tuning, step by step, on activations made of noise. */
import * as tf from '@tensorflow/tfjs-core';
import { chooseTrainer } from '../../src/compute/runtimes/choose/chooseTrainer.ts';
import { activateBackend } from '../../src/compute/runtimes/tensorflow/activate.ts';
import { microBatchOf } from '../../src/compute/training/fineTunePhase.ts';
import { trainableCount } from '../../src/compute/training/trainablePlan.ts';
import type { Trainer } from '../../src/compute/training/trainer.ts';
import { type Port, serve } from '../../src/rpc/server.ts';
import { createRandom } from '../../src/shared/random.ts';
import type { BenchFineTuneApi } from './fineTuneApi.ts';
import { type FineTuneCase, loadFineTuneCase } from './fineTuneCase.ts';
import { watchTensorBytes } from './tensorMemory.ts';

interface Ready extends FineTuneCase {
  readonly trainer: Trainer;
  readonly rows: Int32Array;
}

let ready: Ready | null = null;
const random = createRandom(1);
const takePeakBytes = watchTensorBytes(tf.engine());

serve<BenchFineTuneApi>(globalThis as unknown as Port, {
  async prepare({ backend, sizes, workers }) {
    const { device } = await activateBackend(backend);
    const given = await loadFineTuneCase(sizes);
    const { network, values, labels, classCount, settings, norms } = given;
    const width = values.length / sizes.batch;
    const take = (rows: Int32Array) => {
      const taken = new Float32Array(rows.length * width);
      rows.forEach((row, i) => {
        taken.set(values.subarray(row * width, (row + 1) * width), i * width);
      });
      return taken;
    };
    const trainer = await chooseTrainer(
      {
        source: { training: async (rows) => ({ values: take(rows) }), plain: async (rows) => take(rows) },
        labels,
        classWeights: new Array<number>(classCount).fill(1),
        settings,
        norms,
        start: { head: network, optimizerState: {}, optimizerSteps: 0 },
        // A BatchNorm that learns wants the whole batch.
        microBatch: norms === 'learning' ? sizes.batch : microBatchOf(network, sizes.batch),
      },
      workers ?? navigator.hardwareConcurrency,
    );
    ready = { ...given, trainer, rows: Int32Array.from(labels, (_, row) => row) };
    return { device, parameters: trainableCount(network.nodes, norms) };
  },
  async step() {
    if (!ready) throw new Error('step before prepare');
    const { trainer, rows, settings } = ready;
    takePeakBytes();
    const tensorsBefore = tf.memory().numTensors;
    const startMs = performance.now();
    await trainer.step(rows, random, settings.learningRate);
    const { lossSum, weightSum } = await trainer.takeTotals();
    return {
      seconds: (performance.now() - startMs) / 1000,
      loss: lossSum / weightSum,
      tensorsBefore,
      tensorsAfter: tf.memory().numTensors,
      peakTensorBytes: takePeakBytes(),
    };
  },
});
