/** One worker's part of training: its rows forward and back, and its slice of the weights moved. */
import { weightKey } from '../../../../network/network.ts';
import type { ArgsOf, MethodName, ResultOf } from '../../../../rpc/protocol.ts';
import { AppError } from '../../../../shared/errors.ts';
import { release } from '../../../../shared/release.ts';
import { planTrainable, type TrainablePlan } from '../../../training/trainablePlan.ts';
import { slotNamesOf, type UpdateStep, updateRule } from '../../../training/updateRule.ts';
import { createFixedMemory, FLOAT_BYTES } from '../memory.ts';
import * as OPTIMIZER from './assembly/optimizerRecord.ts';
import { instantiatePartKernels } from './partKernels.ts';
import { layOutPartMemory, type PartMemory } from './partMemory.ts';
import { createPartPass, type PartPass } from './partPass.ts';
import { clearFloats, type MovesNow, type SumOverWorkers } from './partStep.ts';
import type { PartSpec, PartStart, PartWorkerApi, UpdateArgs } from './partWorkerApi.ts';
import { type PlacedParameters, placeParameters } from './placedParameters.ts';
import { writeRule } from './ruleRecord.ts';
import { sumByMessages, sumInSharedMemory } from './sumOverWorkers.ts';

export interface PlacedPart {
  readonly plan: TrainablePlan;
  readonly parameters: PlacedParameters;
  readonly layout: PartMemory;
}

/** The same in the engine and in every worker. @throws as `planTrainable`; Error if a weight has no shape */
export function placePart(spec: PartSpec): PlacedPart {
  const plan = planTrainable(spec.nodes, spec.norms);
  const parameters = placeParameters(plan, (nodeName, kind) => {
    const shape = spec.weightShapes[weightKey(nodeName, kind)];
    if (!shape) throw new Error(`no weight ${weightKey(nodeName, kind)}`);
    return shape;
  });
  const slotCount = slotNamesOf(spec.settings).length;
  const layout = layOutPartMemory(plan, parameters, { ...spec, slotCount });
  return { plan, parameters, layout };
}

interface RunningPart {
  readonly pass: PartPass;
  /** The rule of that step, for a pass that moves what it can. */
  movesNow(step: UpdateStep): MovesNow;
  readonly memory: WebAssembly.Memory;
  /** A run of numbers in memory, copied. */
  copy(address: number, count: number): Float32Array<ArrayBuffer>;
  /** Unless an update has left none. */
  clearGradients(): void;
  update(args: UpdateArgs): Promise<Float32Array<ArrayBuffer> | null>;
  readonly placed: PlacedPart;
}

const sumOfOne: SumOverWorkers = () => undefined;

async function startPart({ spec, index, compiled, memory: given, port }: PartStart): Promise<RunningPart> {
  const { settings, workers, isShared } = spec;
  const placed = placePart(spec);
  const { plan, parameters, layout } = placed;
  const memory = given ?? createFixedMemory(layout.bytes);
  const kernels = await instantiatePartKernels(compiled, memory);
  const place = isShared ? index : 0;
  const arena = layout.arenas[place] ?? 0;
  const ownGradients = layout.gradients + place * layout.runBytes;
  const shared = { memory, address: layout.sums, capacity: layout.sumCount, workers, index };
  const sum = workers === 1 ? sumOfOne : port ? sumByMessages(port) : sumInSharedMemory(shared);
  const workplace = {
    ...{ kernels, memory, parameters, image: layout.image, ownGradients, arena, layout: layout.arena, sum },
    isWriter: !isShared || index === 0,
  };
  const slice = layout.slices[index] ?? { begin: 0, end: 0 };
  const optimizer = arena + layout.arena.optimizer;
  const record = new DataView(memory.buffer, optimizer, OPTIMIZER.OPTIMIZER_BYTES);
  const [firstSlot = 0, secondSlot] = layout.slots;
  const toSlots = {
    toFirst: firstSlot - layout.image,
    toSecond: secondSlot === undefined ? 0 : secondSlot - layout.image,
  };
  const { clipNorm } = settings;
  let isClear = false;
  const copy = (address: number, count: number) =>
    new Float32Array(new Float32Array(memory.buffer, address, count));
  function clearGradients(): void {
    if (!isClear) clearFloats(memory, ownGradients, parameters.parameterCount);
    isClear = false;
  }

  /** Where the slice's gradients lie: of the first worker, and how far from one worker to the next. */
  function collect(gradients: UpdateArgs['gradients']): { first: number; stride: number } {
    if (!gradients) {
      return { first: layout.gradients + slice.begin * FLOAT_BYTES, stride: layout.runBytes };
    }
    gradients.forEach((values, worker) => {
      const address = layout.exchange + worker * layout.sliceBytes;
      new Float32Array(memory.buffer, address, values.length).set(values);
    });
    return { first: layout.exchange, stride: layout.sliceBytes };
  }

  return {
    ...{ memory, placed, copy, clearGradients },
    pass: createPartPass(plan, workplace, settings),
    movesNow(step) {
      writeRule(record, updateRule(settings, step, true));
      return { optimizer, ...toSlots };
    },
    async update({ step, learningRate, hasMoved, gradients }) {
      const { first, stride } = collect(gradients);
      const bytes = (slice.end - slice.begin) * FLOAT_BYTES;
      let scale = 1;
      if (workers > 1 || clipNorm !== null) {
        const squares = new Float64Array([kernels.reduceGradients(first, bytes, stride, workers)]);
        if (clipNorm !== null) {
          await sum(squares);
          scale = clipNorm / Math.max(Math.sqrt(squares[0] ?? 0), clipNorm);
        }
      }
      record.setFloat32(OPTIMIZER.SCALE, scale, true);
      parameters.all.forEach((parameter, i) => {
        if (hasMoved && parameter.unitPanels) return;
        const next = parameters.all[i + 1]?.offset ?? parameters.parameterCount;
        const [begin, end] = [Math.max(parameter.offset, slice.begin), Math.min(next, slice.end)];
        if (end <= begin) return;
        writeRule(record, updateRule(settings, { step, learningRate }, parameter.isKernel));
        const runOffset = begin * FLOAT_BYTES;
        const weights = layout.image + runOffset;
        const toSums = first + (begin - slice.begin) * FLOAT_BYTES - weights;
        const { toFirst, toSecond } = toSlots;
        kernels.applySums(weights, (end - begin) * FLOAT_BYTES, toSums, toFirst, toSecond, optimizer);
      });
      // With others, some of this worker's gradients are theirs to clear.
      isClear = workers === 1;
      return isShared || workers === 1
        ? null
        : copy(layout.image + slice.begin * FLOAT_BYTES, slice.end - slice.begin);
    },
  };
}

/** Handlers that neither tell progress nor hear of anything. */
export type PartWorker = {
  readonly [M in MethodName<PartWorkerApi>]: (
    args: ArgsOf<PartWorkerApi[M]>,
  ) => Promise<ResultOf<PartWorkerApi[M]>>;
};

/** What a worker answers; it begins with `start`. */
export function createPartWorker(): PartWorker {
  let part: RunningPart | null = null;
  const running = () => {
    if (!part) throw new AppError('unexpected', { message: 'a call before start' });
    return part;
  };
  return {
    async start(args) {
      part = await startPart(args);
      return null;
    },
    async pass({ rows, isFirst, moves }) {
      const { clearGradients, movesNow, pass } = running();
      if (isFirst) clearGradients();
      return pass.train(rows, moves && movesNow(moves));
    },
    predict: async (values) => running().pass.predict(values),
    async gradients() {
      const { copy, clearGradients, placed } = running();
      const { layout } = placed;
      const slices = layout.slices.map(({ begin, end }) =>
        copy(layout.gradients + begin * FLOAT_BYTES, end - begin),
      );
      clearGradients();
      return slices;
    },
    update: async (args) => running().update(args),
    async writeImage({ begin, values }) {
      const { memory, placed } = running();
      const address = placed.layout.image + begin * FLOAT_BYTES;
      new Float32Array(memory.buffer, address, values.length).set(values);
      return null;
    },
    async writeSlots(slots) {
      const { memory, placed } = running();
      slots.forEach((values, slot) => {
        new Float32Array(memory.buffer, placed.layout.slots[slot], values.length).set(values);
      });
      return null;
    },
    async read() {
      const { copy, placed } = running();
      const { layout, parameters } = placed;
      return {
        image: copy(layout.image, parameters.imageCount),
        slots: layout.slots.map((slot) => copy(slot, parameters.parameterCount)),
      };
    },
  };
}

/** The same in a worker of its own, where what comes with a message belongs to nobody else: it goes at once. */
export function lettingGo(worker: PartWorker): PartWorker {
  return {
    ...worker,
    async pass(args) {
      const totals = await worker.pass(args);
      const { values, masks } = args.rows;
      for (const { buffer } of [values, ...masks]) release(buffer);
      return totals;
    },
    async predict(values) {
      const probabilities = await worker.predict(values);
      release(values.buffer);
      return probabilities;
    },
  };
}
