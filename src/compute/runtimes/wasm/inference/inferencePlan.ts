/** Turns a network into the steps of the engine: which kernel, on which buffers, in which arithmetic. */

import type { Arithmetic } from '../../../../domain/backends.ts';
import type { Conv2dNode, NetworkNode } from '../../../../network/network.ts';
import { ACTIVATION_LEVELS, type ActivationRanges } from '../../../../network/quantise.ts';
import { inferShapes, type Shape } from '../../../../network/shapes.ts';
import { fuse, UncoveredNodeError, type Unit } from './fuse.ts';
import { createBufferPool, isSameSpec, type MapSpec, strideOf } from './mapBuffers.ts';
import { findNeeds, knownRanges, type Need, NO_BORDER } from './needs.ts';
import type { ConvStep, Outputs, PlanStep } from './steps.ts';
import { canUseWinograd, chunkTilesOf, fastestAlgorithm, tileCount, tilesSpec } from './winograd.ts';

export interface InferencePlan {
  readonly buffers: readonly MapSpec[];
  readonly steps: readonly PlanStep[];
  readonly input: number;
  readonly output: number;
  /** Convolutions that had to be planned in float32 although 8 bits were asked for, by name. */
  readonly inFloat: readonly string[];
}

function asMapShape(node: NetworkNode, shape: Shape | undefined): readonly [number, number, number] {
  if (node.op === 'globalAvgPool') return [1, 1, shape?.[0] ?? 0];
  const [height, width, channels] = shape ?? [];
  if (height === undefined || width === undefined || channels === undefined)
    throw new UncoveredNodeError(node);
  return [height, width, channels];
}

/**
 * Plans a folded network from a picture to its features.
 * In `int8` each convolution whose input has known ranges computes in 8 bits; the others, the picture's own among
 * them, and all that is no convolution stay in float32.
 * @param ranges upper bounds by name of ReLU nodes; not looked at in `float32`
 * @param chooseAlgorithm for each convolution in float32; what cannot be done is done directly
 * @throws UncoveredNodeError by name, for a network this engine has no kernels for
 */
export function planInference(
  nodes: readonly NetworkNode[],
  arithmetic: Arithmetic,
  ranges: ActivationRanges,
  chooseAlgorithm = fastestAlgorithm,
): InferencePlan {
  const units = fuse(nodes);
  const shapes = inferShapes(nodes);
  const shapeOf = (unit: Unit) =>
    asMapShape(
      unit.node.op === 'globalAvgPool' ? unit.node : { ...unit.node, name: unit.output },
      shapes.get(unit.output),
    );
  const known = knownRanges(units, (unit) => shapeOf(unit)[2], arithmetic === 'int8' ? ranges : {});
  const needs = findNeeds(units, known);
  const pool = createBufferPool();
  const steps: PlanStep[] = [];
  const maps = new Map<string, Outputs>();
  const inFloat: string[] = [];
  let inputBuffer: number | null = null;
  const readsLeft = new Map<string, number>();
  for (const unit of units) {
    for (const name of readBy(unit)) readsLeft.set(name, (readsLeft.get(name) ?? 0) + 1);
  }

  const floatsOf = (name: string): number => {
    const buffer = maps.get(name)?.floats;
    if (buffer === null || buffer === undefined) throw new Error(`${name} is not there in float32`);
    return buffer;
  };
  const codesOf = (name: string): number => {
    const buffer = maps.get(name)?.codes;
    if (buffer === null || buffer === undefined) throw new Error(`${name} is not there in codes`);
    return buffer;
  };

  function specOf(unit: Unit, form: 'floats' | 'codes'): MapSpec {
    const [height, width, channels] = shapeOf(unit);
    const elementBytes = form === 'floats' ? 4 : 1;
    // A picture's three channels lie close, so that a line of a window is one run; only convolutions read it like that.
    const isTight =
      unit.node.op === 'input' && units.every((reader) => isConvOrNoReader(reader, unit.output));
    return {
      height,
      width,
      channels,
      stride: isTight ? channels : strideOf(channels, elementBytes),
      elementBytes,
      border: (needs.get(unit.output) as Need).border[form],
    };
  }

  function planConv(unit: Unit, node: Conv2dNode): Outputs {
    const [inputName = ''] = unit.inputs;
    const inputRanges = known.get(inputName) ?? null;
    if (arithmetic === 'int8' && inputRanges === null) inFloat.push(node.name);
    const need = needs.get(unit.output) as Need;
    const own = known.get(unit.output) ?? [1];
    const isShared = own.length === 1;
    // With a range a channel the factors go into the weights, unless the real values are wanted as well.
    const isSeparate = need.codes && !isShared && (need.floats || unit.residual !== null);
    const isFolded = need.codes && !isShared && !isSeparate;
    const residual = unit.residual === null ? null : floatsOf(unit.residual);
    const floats = need.floats || isSeparate ? takeFloats(unit) : null;
    const codes = need.codes ? pool.acquire(specOf(unit, 'codes')) : null;
    const input = inputRanges ? codesOf(inputName) : floatsOf(inputName);
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
      winograd: inputRanges ? null : takeScratch(unit, node, input),
    });
    if (isSeparate && floats !== null && codes !== null) encode(floats, codes, own);
    return { floats, codes };
  }

  /** Free again at once: nothing of it is needed after the step. */
  function takeScratch(unit: Unit, node: Conv2dNode, input: number): ConvStep['winograd'] {
    const [height, width, filters] = shapeOf(unit);
    const { channels } = pool.specs[input] as MapSpec;
    const size = { node, channels, height, width };
    if (!canUseWinograd(size) || chooseAlgorithm(size) === 'direct') return null;
    const tiles = chunkTilesOf(tileCount(height, width), channels, filters);
    const transformed = pool.acquire(tilesSpec(tiles, channels));
    const products = pool.acquire(tilesSpec(tiles, filters));
    pool.release(transformed);
    pool.release(products);
    return { transformed, products };
  }

  /** Over the residual itself where nothing else reads that any more: half the memory, and it is in the cache. */
  function takeFloats(unit: Unit): number {
    const spec = specOf(unit, 'floats');
    const { residual } = unit;
    if (residual !== null && readsLeft.get(residual) === 1) {
      const buffer = floatsOf(residual);
      if (isSameSpec(pool.specs[buffer] as MapSpec, spec)) {
        maps.set(residual, { floats: null, codes: maps.get(residual)?.codes ?? null });
        return buffer;
      }
    }
    return pool.acquire(spec);
  }

  function encode(input: number, output: number, own: readonly number[]): void {
    const { channels } = pool.specs[input] as MapSpec;
    const scales = Array.from(
      { length: channels },
      (_, channel) => ACTIVATION_LEVELS / (own[own.length === 1 ? 0 : channel] as number),
    );
    steps.push({ kind: 'codes32', input, output, scales });
  }

  /** Everything but convolutions: made in float32, and encoded where codes are wanted as well. */
  function planOther(unit: Unit): Outputs {
    const need = needs.get(unit.output) as Need;
    const { node } = unit;
    const onlyCodes = need.codes && !need.floats;
    if (onlyCodes && (node.op === 'maxPool' || node.op === 'concat')) {
      const codes = pool.acquire(specOf(unit, 'codes'));
      if (node.op === 'concat') copyParts(unit.inputs.map(codesOf), codes);
      else
        steps.push({ kind: 'maxPool8', window: node, input: codesOf(unit.inputs[0] ?? ''), output: codes });
      return { floats: null, codes };
    }
    const floats = pool.acquire(specOf(unit, 'floats'));
    if (node.op === 'input') inputBuffer = floats;
    else addFloatSteps(unit, floats);
    if (!need.codes) return { floats, codes: null };
    const codes = pool.acquire(specOf(unit, 'codes'));
    encode(floats, codes, known.get(unit.output) as readonly number[]);
    return { floats, codes };
  }

  function addFloatSteps({ node, inputs, bounds }: Unit, output: number): void {
    const [input = -1, ...more] = inputs.map(floatsOf);
    const { height, width } = pool.specs[input] as MapSpec;
    const whole = { poolSize: [height, width], strides: [1, 1], padding: NO_BORDER } as const;
    if (node.op === 'concat') copyParts([input, ...more], output);
    else if (node.op === 'maxPool') steps.push({ kind: 'maxPool32', window: node, input, output });
    else if (node.op === 'avgPool') steps.push({ kind: 'avgPool32', window: node, input, output });
    else if (node.op === 'globalAvgPool') steps.push({ kind: 'avgPool32', window: whole, input, output });
    else {
      const unbounded = { lowest: Number.NEGATIVE_INFINITY, highest: Number.POSITIVE_INFINITY };
      const seconds = more.length === 0 ? [null] : more;
      seconds.forEach((second, place) => {
        const isLast = place === seconds.length - 1;
        const first = place === 0 ? input : output;
        steps.push({ kind: 'add32', input: first, second, bounds: isLast ? bounds : unbounded, output });
      });
    }
  }

  function copyParts(parts: readonly number[], output: number): void {
    let firstChannel = 0;
    for (const input of parts) {
      steps.push({ kind: 'copy', input, output, firstChannel });
      firstChannel += (pool.specs[input] as MapSpec).channels;
    }
  }

  for (const unit of units) {
    maps.set(unit.output, unit.node.op === 'conv2d' ? planConv(unit, unit.node) : planOther(unit));
    for (const name of readBy(unit)) {
      const left = (readsLeft.get(name) ?? 0) - 1;
      readsLeft.set(name, left);
      const { floats, codes } = maps.get(name) ?? { floats: null, codes: null };
      if (left > 0) continue;
      if (floats !== null) pool.release(floats);
      if (codes !== null) pool.release(codes);
    }
  }
  const last = units.at(-1);
  if (!last || inputBuffer === null) throw new Error('a network needs nodes');
  return { buffers: pool.specs, steps, input: inputBuffer, output: floatsOf(last.output), inFloat };
}

function readBy(unit: Unit): readonly string[] {
  return unit.residual === null ? unit.inputs : [...unit.inputs, unit.residual];
}

function isConvOrNoReader(unit: Unit, name: string): boolean {
  return !readBy(unit).includes(name) || unit.node.op === 'conv2d';
}
