import { describe, expect, it } from 'vitest';
import { backbone as RESNET50 } from '../../../../network/backbones/resnet50/backbone.ts';
import type { NetworkNode } from '../../../../network/network.ts';
import {
  add,
  conv,
  dense,
  globalAvgPool,
  NO_PADDING,
  padAll,
  relu,
  softmax,
} from '../../../../network/nodeBuilders.ts';
import type { ActivationRanges } from '../../../../network/quantise.ts';
import { inferShapes } from '../../../../network/shapes.ts';
import { CONV_CASES } from '../../../../testing/wasm/convCases.ts';
import { JOIN_CASES } from '../../../../testing/wasm/joinCases.ts';
import { inputOf, reluTo, withoutNorm } from '../../../../testing/wasm/madeUpNetworks.ts';
import { MAP_CASES } from '../../../../testing/wasm/mapCases.ts';
import { randomNetwork } from '../../../../testing/wasm/randomNetworks.ts';
import { INFERENCE_KERNEL_NAMES } from './inferenceKernels.ts';
import { type InferencePlan, planInference } from './inferencePlan.ts';
import { isSameView, type MapView, mapBytes } from './mapBuffers.ts';
import type { ConvStep, PlanStep } from './steps.ts';

const resnet50 = withoutNorm(RESNET50.buildNodes()).slice(0, -2);
/** A range a channel for each ReLU but those of the stream. */
const resnetRanges: ActivationRanges = Object.fromEntries(
  resnet50.flatMap(({ op, name }) => {
    if (op !== 'relu' || name === 'out5c') return [];
    const stream = RESNET50.streamRanges?.[name];
    const channels = inferShapes(resnet50).get(name)?.[2] ?? 0;
    return [[name, stream === undefined ? new Array<number>(channels).fill(2) : [stream]]];
  }),
);

const specOf = ({ buffers }: InferencePlan, { buffer }: MapView) => {
  const spec = buffers[buffer];
  if (!spec) throw new Error(`no buffer ${buffer}`);
  return spec;
};
const overlap = (a: MapView, b: MapView) =>
  a.buffer === b.buffer &&
  a.firstChannel < b.firstChannel + b.channels &&
  b.firstChannel < a.firstChannel + a.channels;
const convsOf = ({ steps }: InferencePlan): ConvStep[] => steps.filter((step) => step.kind === 'conv');
const kernelOf = (step: PlanStep): string => {
  if (step.kind === 'flatten') return 'copy';
  if (step.kind !== 'conv') return step.kind;
  if (step.winograd) return 'winograd32';
  return `${step.isDepthwise ? 'depthwise' : 'conv'}${step.inputRanges ? 8 : 32}`;
};
const countOf = (plan: InferencePlan) => {
  const counts: Record<string, number> = {};
  for (const kernel of plan.steps.map(kernelOf)) counts[kernel] = (counts[kernel] ?? 0) + 1;
  return counts;
};

describe('the plan of ResNet50', () => {
  it.each([
    ['float32', { conv32: 37, winograd32: 16, maxPool32: 1, avgPool32: 1 }, []],
    ['int8', { conv32: 1, conv8: 52, maxPool8: 1, avgPool32: 1 }, ['conv1']],
  ] as const)('in %s is 53 convolutions, a pool and an average', (arithmetic, counts, inFloat) => {
    const plan = planInference(resnet50, arithmetic, resnetRanges);
    expect(countOf(plan)).toEqual(counts);
    expect(plan.inFloat).toEqual(inFloat);
  });

  // The last block of a stage is read by convolutions alone.
  it.each([
    ['float32', []],
    ['int8', ['res2c_branch2c', 'res3d_branch2c', 'res4f_branch2c']],
  ] as const)('in %s adds residuals in place, or makes nothing but codes of them', (arithmetic, coded) => {
    const residuals = convsOf(planInference(resnet50, arithmetic, resnetRanges)).filter(
      ({ residual }) => residual !== null,
    );
    expect(residuals).toHaveLength(16);
    const elsewhere = residuals.filter(
      ({ floats, residual }) => !(floats && residual && isSameView(floats, residual)),
    );
    expect(elsewhere.map(({ node }) => node.name)).toEqual(coded);
    expect(elsewhere.map(({ floats }) => floats)).toEqual(coded.map(() => null));
  });

  it('takes less room for maps than the largest two would in float32, and some', () => {
    const bytesOf = (arithmetic: 'float32' | 'int8') =>
      planInference(resnet50, arithmetic, resnetRanges).buffers.reduce(
        (sum, spec) => sum + mapBytes(spec),
        0,
      );
    expect(bytesOf('float32')).toBeLessThan(24e6);
    expect(bytesOf('int8')).toBeLessThan(15e6);
  });

  it('sums nothing in int32 that would not fit', () => {
    const shapes = inferShapes(resnet50);
    const largest = resnet50.reduce((most, node) => {
      if (node.op !== 'conv2d') return most;
      const channels = shapes.get(node.inputs[0] ?? '')?.[2] ?? 0;
      return Math.max(most, node.kernelSize[0] * node.kernelSize[1] * channels);
    }, 0);
    expect(largest).toBe(4608);
    expect(largest * 127 * 127).toBeLessThan(2 ** 31);
  });
});

describe('in int8', () => {
  const input = inputOf(6, 6, 4);

  it('convolutions stay in float32 whose input may be negative or has no range, and are named', () => {
    const nodes = [
      input,
      conv('first', 'in', 4, 1),
      conv('linear', 'first', 4, 1),
      relu('r', 'linear'),
      conv('coded', 'r', 4, 1),
      relu('s', 'coded'),
      conv('unknown', 's', 4, 1),
    ];
    const plan = planInference(nodes, 'int8', { r: [1] });
    expect(plan.inFloat).toEqual(['first', 'linear', 'unknown']);
    expect(plan.steps.map(kernelOf)).toEqual(['conv32', 'conv32', 'conv8', 'conv32']);
    expect(planInference(nodes, 'float32', { r: [1] }).inFloat).toEqual([]);
  });

  it('a range a channel goes into the weights, a range of the map into one factor', () => {
    const nodes = [input, conv('c', 'in', 4, 1), reluTo('r', 'c', 6), conv('d', 'r', 4, 1)];
    const [byChannel] = convsOf(planInference(nodes, 'int8', { r: [127, 1, 2, 6.35] }));
    expect(byChannel?.outputFactors).toEqual([127 / 6, 127, 63.5, 127 / 6]);
    expect(byChannel).toMatchObject({ codeScale: 1, floats: null, bounds: { lowest: 0, highest: 1 / 0 } });
    const [byMap] = convsOf(planInference(nodes, 'int8', { r: [12.7] }));
    expect(byMap).toMatchObject({ outputFactors: null, floats: null, bounds: { lowest: 0, highest: 6 } });
    expect(byMap?.codeScale).toBe(127 / 6);
  });

  it('the factors stay out of a result that is wanted as floats too: those are encoded in a pass of their own', () => {
    const nodes = [
      input,
      conv('c', 'in', 4, 1),
      relu('r', 'c'),
      conv('d', 'r', 4, 1, { groups: 2 }),
      add('sum', 'd', 'r'),
    ];
    const plan = planInference(nodes, 'int8', { r: [1, 2, 3, 4] });
    expect(plan.steps.map(kernelOf)).toEqual(['conv32', 'codes32', 'conv8']);
    expect(convsOf(plan)[0]).toMatchObject({ outputFactors: null, codes: null });
    expect(convsOf(plan)[1]).toMatchObject({ inputRanges: [1, 2, 3, 4], residual: convsOf(plan)[0]?.floats });
  });
});

describe('buffers', () => {
  const seeds = Array.from({ length: 40 }, (_, index) => index + 1);

  it.each(seeds)('are of their map’s size, with room for the padding: random network %i', (seed) => {
    const { network, ranges: kinds } = randomNetwork(seed);
    const ranges = Object.fromEntries(Object.keys(kinds).map((name) => [name, [1]]));
    const shapes = inferShapes(network.nodes);
    for (const arithmetic of ['float32', 'int8'] as const) {
      const plan = planInference(network.nodes, arithmetic, ranges);
      for (const { node, input, floats, codes, residual } of convsOf(plan)) {
        const { border } = specOf(plan, input);
        for (const side of ['top', 'bottom', 'left', 'right'] as const)
          expect(border?.[side]).toBeGreaterThanOrEqual(node.padding[side]);
        const shape = shapes.get(node.name) ?? [];
        for (const view of [floats, codes, residual]) {
          if (view === null) continue;
          const { height, width, channels = 0 } = specOf(plan, view);
          expect([height, width, view.channels]).toEqual(shape.length === 1 ? [1, 1, ...shape] : shape);
          expect(view.firstChannel + view.channels).toBeLessThanOrEqual(channels);
        }
        for (const view of [floats, codes]) expect(view && overlap(view, input)).toBeFalsy();
        if (floats) expect(specOf(plan, floats).elementBytes).toBe(4);
        if (codes) expect(specOf(plan, codes).elementBytes).toBe(1);
      }
    }
  });

  it('are not written over while something still reads the residual', () => {
    const nodes = [
      inputOf(4, 4, 8),
      conv('a', 'in', 8, 1),
      conv('b', 'a', 8, 1),
      add('first', 'b', 'a'), // `a` is read again
      conv('c', 'first', 8, 1),
      add('second', 'c', 'a'),
      globalAvgPool('mean', 'second'),
    ];
    const [, first, second] = convsOf(planInference(nodes, 'float32', {}));
    expect(first?.floats).not.toEqual(first?.residual);
    expect(second?.floats).toEqual(second?.residual);
  });

  it('are not shared in place between borders of different widths', () => {
    const nodes = [
      inputOf(4, 4, 8),
      conv('a', 'in', 8, 3, { padding: padAll(1) }),
      conv('b', 'in', 8, 1),
      add('sum', 'b', 'a'),
      conv('c', 'sum', 8, 3, { padding: padAll(1) }),
    ];
    const plan = planInference(nodes, 'float32', {});
    const sum = convsOf(plan)[1];
    expect(sum?.floats).not.toEqual(sum?.residual);
    expect(plan.buffers[sum?.residual?.buffer ?? -1]?.border).toEqual(NO_PADDING);
    expect(plan.buffers[sum?.floats?.buffer ?? -1]?.border).toEqual(padAll(1));
  });

  it('hold a picture’s channels side by side where only convolutions read it', () => {
    const picture = inputOf(4, 4, 3);
    const strideOfInput = (nodes: readonly NetworkNode[]) => {
      const plan = planInference(nodes, 'float32', {});
      return specOf(plan, plan.input).stride;
    };
    expect(strideOfInput([picture, conv('c', 'in', 8, 3)])).toBe(3);
    expect(strideOfInput([picture, relu('r', 'in')])).toBe(8);
  });
});

it('a row of numbers is a map of one pixel', () => {
  const row = { ...inputOf(1, 1, 1), shape: [4] };
  const plan = planInference([row, dense('fc', 'in', 9), relu('r', 'fc'), softmax('s', 'r')], 'float32', {});
  expect(plan.steps.map(kernelOf)).toEqual(['conv32', 'softmax32']);
  expect(specOf(plan, plan.output)).toMatchObject({ height: 1, width: 1, channels: 9 });
});

it('the cases that every build is tested on call every kernel', () => {
  const called = new Set<string>();
  for (const { nodes, ranges } of [
    ...CONV_CASES.map(([, one]) => one),
    ...Object.values({ ...MAP_CASES, ...JOIN_CASES }),
  ]) {
    const shapes = inferShapes(nodes);
    const made = Object.entries(ranges).map(([name, kind]) => [
      name,
      new Array<number>(kind === 'map' ? 1 : (shapes.get(name)?.[2] ?? 0)).fill(1),
    ]);
    for (const arithmetic of ['float32', 'int8'] as const)
      for (const step of planInference(nodes, arithmetic, Object.fromEntries(made)).steps)
        called.add(kernelOf(step));
  }
  expect([...called].sort()).toEqual([...INFERENCE_KERNEL_NAMES].sort());
});
