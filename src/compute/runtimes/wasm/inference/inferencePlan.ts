/** Turns a network into the steps of the engine: which kernel, on which buffers, in which arithmetic. */

import type { Arithmetic } from '../../../../domain/backends.ts';
import type { BatchNormNode, Conv2dNode, NetworkNode } from '../../../../network/network.ts';
import { ACTIVATION_LEVELS, type ActivationRanges } from '../../../../network/quantise.ts';
import { inferShapes, type Shape } from '../../../../network/shapes.ts';
import { canUseWinograd, tileCount } from '../winogradTiles.ts';
import { fuse, UNBOUNDED, UncoveredNodeError, type Unit } from './fuse.ts';
import { isSameView, type MapSpec, type MapView } from './mapBuffers.ts';
import { createMapStore, type MapShape } from './mapStore.ts';
import { canStayCodes, findNeeds, knownRanges, type Need, NO_BORDER } from './needs.ts';
import { averageFirst } from './reorder.ts';
import type { ConvStep, Outputs, PlanStep, PoolStep } from './steps.ts';
import { chunkTilesOf, fastestAlgorithm, tilesSpec } from './winograd.ts';

export interface InferencePlan {
  readonly buffers: readonly MapSpec[];
  readonly steps: readonly PlanStep[];
  readonly input: MapView;
  readonly output: MapView;
  /** Convolutions and dense layers that had to be planned in float32 although 8 bits were asked for, by name. */
  readonly inFloat: readonly string[];
}

/** A row of numbers is a map of one pixel. */
function asMapShape(shape: Shape = []): MapShape {
  const [height = 1, width = 1, channels = 1] = shape.length === 1 ? [1, 1, ...shape] : shape;
  return [height, width, channels];
}

/**
 * Plans a folded network, from a picture or a row of numbers to the output of its last node.
 * In `int8` each convolution whose input has known ranges computes in 8 bits; the others, the picture's own among
 * them, and all that is no convolution stay in float32.
 * @param ranges upper bounds by name of ReLU nodes; not looked at in `float32`
 * @param chooseAlgorithm for each convolution in float32; what cannot be done is done directly
 * @throws UncoveredNodeError for an op that networks have and this engine does not: none today
 */
export function planInference(
  network: readonly NetworkNode[],
  arithmetic: Arithmetic,
  ranges: ActivationRanges,
  chooseAlgorithm = fastestAlgorithm,
): InferencePlan {
  const nodes = averageFirst(network);
  const units = fuse(nodes);
  const allShapes = inferShapes(nodes);
  const shapes = new Map(units.map(({ output }) => [output, asMapShape(allShapes.get(output))] as const));
  const shapeOf = ({ output }: Unit) => shapes.get(output) as MapShape;
  const known = knownRanges(units, (unit) => shapeOf(unit)[2], arithmetic === 'int8' ? ranges : {});
  const needs = findNeeds(units, known);
  const needOf = ({ output }: Unit) => needs.get(output) as Need;
  const store = createMapStore(units, shapes, needs);
  const steps: PlanStep[] = [];
  const inFloat: string[] = [];
  let inputView: MapView | null = null;
  const floatsOf = (name: string) => store.viewOf(name, 'floats');
  const codesOf = (name: string) => store.viewOf(name, 'codes');

  function planConv(unit: Unit, node: Conv2dNode): Outputs {
    const [inputName = ''] = unit.inputs;
    const inputRanges = known.get(inputName) ?? null;
    if (arithmetic === 'int8' && inputRanges === null) inFloat.push(node.name);
    const need = needOf(unit);
    const own = known.get(unit.output) ?? [1];
    const isShared = own.length === 1;
    // With a range a channel the factors go into the weights, unless the real values are wanted as well.
    const isSeparate = need.codes && !isShared && (need.floats || unit.residual !== null);
    const isFolded = need.codes && !isShared && !isSeparate;
    const residual = unit.residual === null ? null : floatsOf(unit.residual);
    const floats = need.floats || isSeparate ? store.takeOverResidual(unit) : null;
    const codes = need.codes ? store.take(unit, 'codes') : null;
    const input = inputRanges ? codesOf(inputName) : floatsOf(inputName);
    const isDepthwise = node.groups > 1 && node.groups === node.filters && node.filters === input.channels;
    steps.push({
      kind: 'conv',
      node,
      input,
      inputRanges,
      residual,
      bounds: isFolded ? { lowest: 0, highest: Number.POSITIVE_INFINITY } : unit.bounds,
      outputFactors: isFolded ? own.map((range) => ACTIVATION_LEVELS / range) : null,
      codeScale: isFolded ? 1 : ACTIVATION_LEVELS / (own[0] as number),
      floats,
      codes: isSeparate ? null : codes,
      isDepthwise,
      winograd: inputRanges ? null : takeScratch(unit, node, input),
    });
    if (isSeparate && floats !== null && codes !== null) encode(unit, floats, codes, null);
    return { floats, codes };
  }

  /** Free again at once: nothing of it is needed after the step. */
  function takeScratch(unit: Unit, node: Conv2dNode, { channels }: MapView): ConvStep['winograd'] {
    const [height, width, filters] = shapeOf(unit);
    const size = { node, channels, height, width };
    if (!canUseWinograd(size) || chooseAlgorithm(size) === 'direct') return null;
    const tiles = chunkTilesOf(tileCount(height, width), channels, filters);
    const [transformed = -1, products = -1] = store.takeForNow(
      tilesSpec(tiles, channels),
      tilesSpec(tiles, filters),
    );
    return { transformed, products };
  }

  function encode({ output: name }: Unit, input: MapView, output: MapView, node: BatchNormNode | null): void {
    const own = known.get(name) as readonly number[];
    const scales = Array.from(
      { length: output.channels },
      (_, channel) => ACTIVATION_LEVELS / (own[own.length === 1 ? 0 : channel] as number),
    );
    steps.push({ kind: 'codes32', node, input, output, scales });
  }

  /** Everything but convolutions: made in float32, and encoded where codes are wanted as well. */
  function planOther(unit: Unit): Outputs {
    const need = needOf(unit);
    const { node } = unit;
    const [input = ''] = unit.inputs;
    if (canStayCodes(unit, need)) {
      const codes = store.take(unit, 'codes');
      if (node.op === 'concat') join(unit.inputs.map(codesOf), codes);
      else if (node.op === 'flatten') steps.push({ kind: 'flatten', input: codesOf(input), output: codes });
      else if (node.op === 'maxPool')
        steps.push({ kind: 'maxPool8', window: node, input: codesOf(input), output: codes });
      return { floats: null, codes };
    }
    if (node.op === 'batchNorm' && need.codes && !need.floats) {
      const codes = store.take(unit, 'codes');
      encode(unit, floatsOf(input), codes, node);
      return { floats: null, codes };
    }
    const floats = store.take(unit, 'floats');
    if (node.op === 'input') inputView = floats;
    else addFloatSteps(unit, floats);
    if (!need.codes) return { floats, codes: null };
    const codes = store.take(unit, 'codes');
    encode(unit, floats, codes, null);
    return { floats, codes };
  }

  function wholeOf({ buffer }: MapView): PoolStep['window'] {
    const { height, width } = store.specs[buffer] as MapSpec;
    return { poolSize: [height, width], strides: [1, 1], padding: NO_BORDER };
  }

  function addFloatSteps({ node, inputs, bounds }: Unit, output: MapView): void {
    const [input, ...more] = inputs.map(floatsOf);
    if (!input) throw new Error(`${node.name} reads nothing`);
    if (node.op === 'concat') join([input, ...more], output);
    else if (node.op === 'maxPool') steps.push({ kind: 'maxPool32', window: node, input, output });
    else if (node.op === 'avgPool') steps.push({ kind: 'avgPool32', window: node, input, output });
    else if (node.op === 'globalAvgPool')
      steps.push({ kind: 'avgPool32', window: wholeOf(input), input, output });
    else if (node.op === 'globalMaxPool')
      steps.push({ kind: 'maxPool32', window: wholeOf(input), input, output });
    else if (node.op === 'batchNorm') steps.push({ kind: 'affine32', node, input, bounds, output });
    else if (node.op === 'flatten') steps.push({ kind: 'flatten', input, output });
    else if (node.op === 'softmax') steps.push({ kind: 'softmax32', input, output });
    else if (node.op === 'activation')
      steps.push({ kind: `${node.kind}32`, slope: node.slope, input, output });
    else if (node.op === 'add' || node.op === 'relu') {
      const seconds = more.length === 0 ? [null] : more;
      seconds.forEach((second, place) => {
        const isLast = place === seconds.length - 1;
        const first = place === 0 ? input : output;
        steps.push({ kind: 'add32', input: first, second, bounds: isLast ? bounds : UNBOUNDED, output });
      });
    } else throw new UncoveredNodeError(node);
  }

  /** Copies those parts that do not lie there yet. */
  function join(parts: readonly MapView[], output: MapView): void {
    let { firstChannel } = output;
    for (const input of parts) {
      const place = { buffer: output.buffer, firstChannel, channels: input.channels };
      if (!isSameView(input, place)) steps.push({ kind: 'copy', input, output: place });
      firstChannel += input.channels;
    }
  }

  for (const unit of units) {
    store.finish(unit, unit.node.op === 'conv2d' ? planConv(unit, unit.node) : planOther(unit));
  }
  const last = units.at(-1);
  if (!last || inputView === null) throw new Error('a network needs nodes');
  return { buffers: store.specs, steps, input: inputView, output: floatsOf(last.output), inFloat };
}
