/** Trains any part of a network that ends in a softmax with kernels of our own, its rows shared out over workers. */
import type { Network } from '../../../../network/network.ts';
import { sizeOf } from '../../../../network/shapes.ts';
import { allocateFloats } from '../../../../shared/allocate.ts';
import { throwIfCancelled, toAppError } from '../../../../shared/errors.ts';
import { release } from '../../../../shared/release.ts';
import { drawMasks } from '../../../training/dropoutMasks.ts';
import { type RowTargets, toRowTargets } from '../../../training/targets.ts';
import type { BatchTotals, Trainer, TrainerArgs } from '../../../training/trainer.ts';
import { slotNamesOf, type UpdateStep } from '../../../training/updateRule.ts';
import type { CompiledKernels } from '../builds.ts';
import { fitsSharedMemory, type PartCrew, startCrew, startCrewHere } from './partCrew.ts';
import type { PassRows } from './partPass.ts';
import { createPartWeights } from './partWeights.ts';
import { type PlacedPart, placePart } from './partWorker.ts';
import type { PartSpec } from './partWorkerApi.ts';

export interface PartCrewOptions {
  /** For a memory of one's own, and for one that is shared; null where none can be. */
  readonly kernels: { readonly own: CompiledKernels; readonly shared: CompiledKernels | null };
  /** One for each core; 0: this thread alone. */
  readonly workers: number;
  readonly spawn: () => Worker;
}

const NO_TOTALS: BatchTotals = { lossSum: 0, weightSum: 0, correct: 0 };

function addTotals(totals: readonly BatchTotals[]): BatchTotals {
  return totals.reduce(
    (sum, { lossSum, weightSum, correct }) => ({
      lossSum: sum.lossSum + lossSum,
      weightSum: sum.weightSum + weightSum,
      correct: sum.correct + correct,
    }),
    NO_TOTALS,
  );
}

/** What goes wrong with pictures or the disk is no fault of the workers. */
function asItself(thrown: unknown): never {
  throw toAppError(thrown);
}

/** As many workers as were wanted over shared memory, or as fit there; one with its own where none does. */
function placeCrew(
  part: Omit<PartSpec, 'workers' | 'isShared'>,
  { workers, kernels }: PartCrewOptions,
): { readonly spec: PartSpec; readonly placed: PlacedPart } {
  const wanted = Math.max(1, Math.min(workers, part.rows));
  if (!kernels.shared || workers === 0) {
    const spec = { ...part, workers: wanted, isShared: false };
    return { spec, placed: placePart(spec) };
  }
  for (let count = wanted; count >= 1; count--) {
    const spec = { ...part, workers: count, isShared: true };
    const placed = placePart(spec);
    if (fitsSharedMemory(placed)) return { spec, placed };
  }
  const spec = { ...part, workers: 1, isShared: false };
  return { spec, placed: placePart(spec) };
}

type Floats = Float32Array<ArrayBuffer>;

/** Rows `first` up to `end` of `[rows, width]`. */
type Cut = (values: Floats, width: number, first: number, end: number) => Floats;

const cutHere: Cut = (values, width, first, end) => values.subarray(first * width, end * width);
/** On the way to a worker a view would take along all that it is a view of. */
const cutForWorker: Cut = (...of) => new Float32Array(cutHere(...of));

/**
 * A trainer of `start.head`. Its rows go through in micro-batches, whose gradients add up to that of all rows; a BatchNorm
 * that learns goes by its micro-batch.
 * @throws AppError `outOfMemory`, `workerDied`; Error as `planTrainable`
 */
export async function createPartTrainer(options: PartCrewOptions, args: TrainerArgs): Promise<Trainer> {
  const { source, labels, classWeights, settings, start, microBatch, norms = 'frozen', signal } = args;
  const { head } = start;
  const weightShapes = Object.fromEntries(
    Object.entries(head.weights).map(([key, { shape }]) => [key, shape]),
  );
  const { spec, placed } = placeCrew(
    { nodes: head.nodes, norms, weightShapes, settings, rows: microBatch },
    options,
  );
  const { kernels, workers, spawn } = options;
  const compiled = (spec.isShared && kernels.shared) || kernels.own;
  const crew: PartCrew =
    workers === 0
      ? await startCrewHere(compiled, spec, placed)
      : await startCrew(spawn, compiled, spec, placed);
  const weights = createPartWeights(crew, placed, head, slotNamesOf(settings));
  const { dropouts, steps } = placed.plan;
  const cut = workers === 0 ? cutHere : cutForWorker;
  const classCount = classWeights.length;
  const width = sizeOf(steps[0]?.outputShape ?? []);
  const exchanges = !spec.isShared && spec.workers > 1;
  let optimizerSteps = start.optimizerSteps;
  let totals = NO_TOTALS;

  try {
    await weights.write(head);
    await weights.writeState(start.optimizerState);
  } catch (thrown) {
    crew.terminate();
    throw thrown;
  }
  /** What was asked for and is not done yet, such as weights to put back. */
  let before: Promise<void> = Promise.resolve();

  /** Rows of a worker, of `count` from `first` on. */
  const shareOf = (worker: number, first: number, count: number) =>
    [worker, worker + 1].map((part) => first + Math.floor((count * part) / spec.workers)) as [number, number];

  function passRows(
    values: Floats,
    targets: RowTargets,
    masks: readonly Floats[],
    [from, to]: readonly [number, number],
    first: number,
  ): PassRows {
    return {
      values: cut(values, width, from, to),
      fractions: cut(targets.fractions, classCount, from, to),
      weights: cut(targets.weights, 1, from, to),
      weightSum: targets.weightSum,
      masks: dropouts.map(({ size }, i) =>
        cut(masks[i] ?? new Float32Array(), size, from - first, to - first),
      ),
    };
  }
  const buffersOf = ({ rows }: { rows: PassRows }) =>
    [rows.values, rows.fractions, rows.weights, ...rows.masks].map(({ buffer }) => buffer);

  /** Of a step that is one pass of one worker alone: what can, moves in that pass. */
  const movesAtOnce = (rows: Int32Array) =>
    spec.workers === 1 && settings.clipNorm === null && rows.length <= microBatch;

  async function update(step: UpdateStep, hasMoved: boolean): Promise<void> {
    const all = exchanges ? await crew.askAll('gradients', () => null) : null;
    const slices = await crew.askAll('update', (worker) => ({
      ...{ ...step, hasMoved },
      gradients: all === null ? null : all.map((cuts) => cuts[worker] ?? new Float32Array()),
    }));
    optimizerSteps = step.step;
    if (!exchanges) return;
    for (const [worker, values] of slices.entries()) {
      const begin = placed.layout.slices[worker]?.begin ?? 0;
      if (values) await crew.askAll('writeImage', () => ({ begin, values }));
    }
  }

  return {
    async step(rows, random, learningRate) {
      await before;
      const { values, mixes } = await source.training(rows).catch(asItself);
      const ofBatch = { labels: rows.map((row) => labels[row] as number), mixes };
      const targets = toRowTargets(ofBatch, classWeights);
      let ofStep = NO_TOTALS;
      const step = { step: optimizerSteps + 1, learningRate };
      const moves = movesAtOnce(rows) ? step : null;
      for (let first = 0; first < rows.length; first += microBatch) {
        throwIfCancelled(signal);
        const count = Math.min(microBatch, rows.length - first);
        const masks = drawMasks(dropouts, count, count, random);
        const ofPass = await crew.askAll(
          'pass',
          (worker) => ({
            rows: passRows(values, targets, masks, shareOf(worker, first, count), first),
            ...{ isFirst: first === 0, moves },
          }),
          buffersOf,
        );
        ofStep = addTotals([ofStep, ...ofPass]);
      }
      // The workers have copies of all of them.
      release(values.buffer);
      if (rows.length === 0) return;
      // What has moved in part moves whole.
      if (!moves) throwIfCancelled(signal);
      await update(step, moves !== null);
      totals = addTotals([totals, ofStep]);
    },
    async takeTotals() {
      const taken = totals;
      totals = NO_TOTALS;
      return taken;
    },
    async predict(rows) {
      await before;
      const probabilities = allocateFloats(rows.length * classCount);
      for (let first = 0; first < rows.length; first += microBatch) {
        throwIfCancelled(signal);
        const part = rows.subarray(first, first + microBatch);
        const values = await source.plain(part).catch(asItself);
        const answers = await crew.askAll('predict', (worker) =>
          cut(values, width, ...shareOf(worker, 0, part.length)),
        );
        release(values.buffer);
        let at = first * classCount;
        for (const answer of answers) {
          probabilities.set(answer, at);
          at += answer.length;
        }
      }
      return probabilities;
    },
    async toNetwork() {
      await before;
      return weights.readNetwork();
    },
    async snapshot() {
      await before;
      return { ...(await weights.read()), optimizerSteps };
    },
    restore(from: Network) {
      before = before.then(() => weights.write(from));
      // Whoever asks next is told.
      before.catch(() => undefined);
    },
    dispose: () => crew.terminate(),
  };
}
