import { describe, expect, it } from 'vitest';
import { DEFAULT_TRAIN_SETTINGS } from '../../../../domain/trainSettings.ts';
import { type Conv2dNode, type NetworkNode, type Padding, weightKey } from '../../../../network/network.ts';
import { conv, dense, globalAvgPool, padAll, relu, softmax } from '../../../../network/nodeBuilders.ts';
import { inferShapes, type Shape, sizeOf, weightShapes } from '../../../../network/shapes.ts';
import { createRandom } from '../../../../shared/random.ts';
import { KERNEL_BUILDS } from '../builds.ts';
import { createFixedMemory } from '../memory.ts';
import { loadTrainingKernels } from './loadTrainingKernels.ts';
import { instantiatePartKernels } from './partKernels.ts';
import type { Workplace } from './partStep.ts';
import { placePart } from './partWorker.ts';
import { readParameter, writeParameter } from './placedParameters.ts';
import { winogradShapeOf } from './winogradChunks.ts';
import { createWinogradStep } from './winogradStep.ts';

interface Case {
  readonly rows: number;
  readonly map: readonly [height: number, width: number];
  readonly channels: number;
  readonly filters: number;
  readonly padding: Padding;
  readonly useBias: boolean;
}

const UNEVEN: Padding = { top: 0, bottom: 2, left: 1, right: 0 };
const CASES: Readonly<Record<string, Case>> = {
  'odd maps, uneven padding': {
    ...{ rows: 3, map: [9, 8], channels: 16, filters: 24, padding: UNEVEN, useBias: true },
  },
  'a map smaller than a tile': {
    ...{ rows: 2, map: [2, 3], channels: 24, filters: 16, padding: padAll(1), useBias: false },
  },
  'more tiles than a chunk': {
    ...{ rows: 6, map: [19, 20], channels: 16, filters: 16, padding: padAll(1), useBias: true },
  },
  'more weights than a group, both ways': {
    ...{ rows: 2, map: [3, 3], channels: 512, filters: 136, padding: padAll(1), useBias: true },
  },
};

function partOf({ map, channels, filters, padding, useBias }: Case): NetworkNode[] {
  return [
    { op: 'input', name: 'in', inputs: [], shape: [...map, 2], preprocessing: null },
    conv('before', 'in', channels, 1),
    { ...conv('c', 'before', filters, 3, { padding }), useBias },
    relu('r', 'c'),
    globalAvgPool('gap', 'r'),
    dense('logits', 'gap', 2),
    softmax('s', 'logits'),
  ];
}

function addAt(sums: Float64Array, at: number, value: number): void {
  sums[at] = (sums[at] as number) + value;
}

/** Plain loops over what each weight multiplies: places in the input, in the weights, in the output. */
function eachProduct(
  { rows, map, channels, filters, padding }: Case,
  [outHeight = 1, outWidth = 1]: Shape,
  visit: (input: number, weight: number, output: number) => void,
): void {
  const [height, width] = map;
  for (let row = 0; row < rows; row++) {
    for (let y = 0; y < outHeight; y++) {
      for (let x = 0; x < outWidth; x++) {
        for (let tap = 0; tap < 9; tap++) {
          const [down, across] = [y - padding.top + Math.floor(tap / 3), x - padding.left + (tap % 3)];
          if (down < 0 || across < 0 || down >= height || across >= width) continue;
          const from = ((row * height + down) * width + across) * channels;
          const to = ((row * outHeight + y) * outWidth + x) * filters;
          for (let channel = 0; channel < channels; channel++) {
            const weight = (tap * channels + channel) * filters;
            for (let filter = 0; filter < filters; filter++)
              visit(from + channel, weight + filter, to + filter);
          }
        }
      }
    }
  }
}

describe.each(KERNEL_BUILDS)('a convolution that trains by Winograd, build %s', (build) => {
  it.each(Object.entries(CASES))('is the plain one, there and back: %s', async (_, one) => {
    const nodes = partOf(one);
    const shapes = inferShapes(nodes);
    const shapesOfWeights = nodes.flatMap((node) =>
      weightShapes(
        node,
        node.inputs.map((input) => shapes.get(input) ?? []),
      ).map(({ kind, shape }) => [weightKey(node.name, kind), shape] as const),
    );
    const placed = placePart({
      ...{
        nodes,
        norms: 'frozen',
        settings: DEFAULT_TRAIN_SETTINGS,
        workers: 1,
        rows: one.rows,
        isShared: false,
      },
      weightShapes: Object.fromEntries(shapesOfWeights),
    });
    const { plan, parameters, layout } = placed;
    const compiled = await loadTrainingKernels([build]);
    if (!compiled) throw new Error('no kernels');
    const memory = createFixedMemory(layout.bytes);
    const arena = layout.arenas[0] ?? 0;
    const workplace: Workplace = {
      ...{ kernels: await instantiatePartKernels(compiled, memory), memory, parameters, arena },
      ...{ image: layout.image, ownGradients: layout.gradients, layout: layout.arena },
      ...{ sum: () => undefined, isWriter: true },
    };
    const step = plan.steps.find(({ node }) => node.name === 'c');
    const shape = step && winogradShapeOf(step);
    if (!shape) throw new Error('the direct way is taken');
    const random = createRandom(5);
    const filled = (values: Float32Array) => {
      values.forEach((_value, i) => {
        values[i] = random.next() - 0.5;
      });
      return values;
    };
    const viewAt = (offset: number | undefined, count: number) =>
      new Float32Array(memory.buffer, arena + (offset ?? Number.NaN), count);
    const inputs = sizeOf(step.inputShapes[0] ?? []) * one.rows;
    const outputs = sizeOf(step.outputShape) * one.rows;
    // Whatever lay there before must not matter.
    new Float32Array(memory.buffer, arena, layout.arena.bytes / 4).fill(Number.NaN);
    viewAt(layout.arena.zeros, one.channels + one.filters).fill(0);
    const image = new Float32Array(memory.buffer, layout.image, parameters.imageCount);
    const parameterOf = (kind: string) => parameters.byKey.get(weightKey('c', kind));
    const kernel = parameterOf('kernel');
    if (!kernel) throw new Error('no kernel');
    const weights = filled(new Float32Array(sizeOf(kernel.shape)));
    writeParameter(image, kernel, weights);
    const bias = filled(new Float32Array(one.filters));
    const biasAt = parameterOf('bias');
    if (biasAt) writeParameter(image, biasAt, bias);
    const input = filled(viewAt(layout.arena.maps.get('before'), inputs));
    const work = createWinogradStep(step, shape, workplace);

    await work.forward({ rows: one.rows, isTraining: true });
    const output = new Float64Array(outputs);
    if (one.useBias) output.set(output.map((_value, i) => bias[i % one.filters] as number));
    eachProduct(one, step.outputShape, (i, w, o) => {
      addAt(output, o, (input[i] as number) * (weights[w] as number));
    });
    const difference = (actual: ArrayLike<number>, expected: Float64Array) => {
      expect(actual).toHaveLength(expected.length);
      return expected.reduce(
        (most, value, i) => Math.max(most, Math.abs((actual[i] ?? Number.NaN) - value)),
        0,
      );
    };
    const rectified = output.map((value) => Math.max(value, 0));
    const answer = viewAt(layout.arena.maps.get('r'), outputs);
    expect(difference(answer, rectified)).toBeLessThan(1e-4);

    const given = filled(viewAt(layout.arena.gradients.get('r'), outputs)).slice();
    const passed = given.map((value, i) => ((answer[i] as number) > 0 ? value : 0));
    const before = viewAt(layout.arena.gradients.get('before'), inputs);
    const begunWith = filled(before).slice();
    for (const adds of [false, true]) {
      before.set(begunWith);
      viewAt(layout.arena.gradients.get('r'), outputs).set(given);
      const gradients = new Float32Array(memory.buffer, layout.gradients, parameters.parameterCount);
      gradients.fill(1);
      await work.backward({ rows: one.rows, moves: null, begun: new Set(adds ? ['before'] : []) });
      const toInput = Float64Array.from(begunWith, (value) => (adds ? value : 0));
      const toWeights = new Float64Array(weights.length).fill(1);
      eachProduct(one, step.outputShape, (i, w, o) => {
        addAt(toInput, i, (passed[o] as number) * (weights[w] as number));
        addAt(toWeights, w, (passed[o] as number) * (input[i] as number));
      });
      expect(difference(before, toInput)).toBeLessThan(1e-4);
      expect(difference(readParameter(gradients, kernel), toWeights)).toBeLessThan(5e-4);
      if (!biasAt) continue;
      const toBias = new Float64Array(one.filters).fill(1);
      for (const [i, value] of passed.entries()) addAt(toBias, i % one.filters, value);
      expect(difference(readParameter(gradients, biasAt), toBias)).toBeLessThan(5e-4);
    }
  });

  it.each<[string, Partial<Conv2dNode>, number]>([
    ['strides', { strides: [2, 2] }, 16],
    ['another window', { kernelSize: [3, 1] }, 16],
    ['groups', { groups: 2 }, 16],
    ['channels that fill no panel', {}, 20],
  ])('leaves %s to the direct way', (_, fields, channels) => {
    const nodes = partOf({ rows: 1, map: [8, 8], channels, filters: 16, padding: padAll(1), useBias: false });
    const changed = nodes.map((node) =>
      node.name === 'c' && node.op === 'conv2d' ? { ...node, ...fields } : node,
    );
    const shapes = inferShapes(changed);
    const node = changed.find(({ name }) => name === 'c') as Conv2dNode;
    const step = { node, inputShapes: [shapes.get('before') ?? []], outputShape: shapes.get('c') ?? [] };
    expect(winogradShapeOf(step)).toBeNull();
  });
});
