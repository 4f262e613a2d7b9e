/** A compiled network that lets the tests look into its memory: what lies in a buffer, and whether its border is still zero. */

import type { CompiledKernels } from '../../compute/runtimes/wasm/builds.ts';
import {
  type CompiledNetwork,
  createCompiledNetwork,
} from '../../compute/runtimes/wasm/inference/compiledNetwork.ts';
import {
  INFERENCE_KERNEL_NAMES,
  type InferenceKernels,
  instantiateInferenceKernels,
} from '../../compute/runtimes/wasm/inference/inferenceKernels.ts';
import { type InferencePlan, planInference } from '../../compute/runtimes/wasm/inference/inferencePlan.ts';
import { layOutNetwork, type NetworkSource } from '../../compute/runtimes/wasm/inference/layOut.ts';
import {
  dumpOffset,
  type MapView,
  mapBytes,
  offsetOf,
  pixelBytes,
  rowBytes,
} from '../../compute/runtimes/wasm/inference/mapBuffers.ts';
import { partsOf } from '../../compute/runtimes/wasm/inference/stepRecords.ts';
import { ALIGNMENT_BYTES, createGrowingMemory, roundUp } from '../../compute/runtimes/wasm/memory.ts';
import type { Arithmetic } from '../../domain/backends.ts';
import { type Network, weightReaderOf } from '../../network/network.ts';
import type { ActivationRanges } from '../../network/quantise.ts';

export interface InspectedNetwork extends CompiledNetwork {
  readonly plan: InferencePlan;
  readonly memory: WebAssembly.Memory;
  /** 7-bit codes `[height, width, channels]` that a convolution read in the last run; null if it read none. */
  codesReadBy(convolution: string): Uint8Array | null;
  /** Numbers of the buffers in which something lies outside the pixels. */
  dirtyBuffers(): number[];
  /** The highest byte in any map of codes, whatever it stands for. */
  highestCode(): number;
}

export function sourceOf(network: Network, ranges: ActivationRanges): NetworkSource {
  return { nodes: network.nodes, ranges, weightOf: weightReaderOf(network) };
}

export async function createInspectedNetwork(
  compiled: CompiledKernels,
  network: Network,
  ranges: ActivationRanges,
  arithmetic: Arithmetic,
  memory: WebAssembly.Memory = createGrowingMemory(compiled),
): Promise<InspectedNetwork> {
  const layout = layOutNetwork(memory, sourceOf(network, ranges), arithmetic);
  let end = memory.buffer.byteLength; // where createCompiledNetwork's own room begins
  const starts = layout.buffers.map((spec) => {
    const start = end;
    end += roundUp(mapBytes(spec), ALIGNMENT_BYTES);
    return start;
  });
  const plan = planInference(network.nodes, arithmetic, ranges);
  const called = layout.steps.flatMap((step, index) => partsOf(step).map(() => plan.steps[index]));
  const codesRead = new Map<string, Uint8Array>();
  let place = 0;

  function bytesOf(buffer: number): Uint8Array {
    const spec = layout.buffers[buffer];
    const start = starts[buffer];
    if (!spec || start === undefined) throw new Error(`no buffer ${buffer}`);
    return new Uint8Array(memory.buffer, start, mapBytes(spec));
  }

  function codesIn({ buffer, firstChannel, channels }: MapView): Uint8Array {
    const spec = layout.buffers[buffer];
    if (spec?.elementBytes !== 1) throw new Error(`buffer ${buffer} holds no codes`);
    const bytes = bytesOf(buffer);
    const codes = new Uint8Array(spec.height * spec.width * channels);
    for (let pixel = 0; pixel < spec.height * spec.width; pixel++) {
      const at = offsetOf(spec, Math.floor(pixel / spec.width), pixel % spec.width) + firstChannel;
      codes.set(bytes.subarray(at, at + channels), pixel * channels);
    }
    return codes;
  }

  const kernels = await instantiateInferenceKernels(compiled, memory);
  /** Notes what a step is about to read: later another map may lie there. */
  const watched = Object.fromEntries(
    INFERENCE_KERNEL_NAMES.map((name) => [
      name,
      (record: number) => {
        const step = called[place++];
        if (step?.kind === 'conv' && step.inputRanges) codesRead.set(step.node.name, codesIn(step.input));
        kernels[name](record);
      },
    ]),
  ) as InferenceKernels;
  const runnable = createCompiledNetwork(watched, memory, layout);

  return {
    plan,
    memory,
    run(input) {
      place = 0;
      codesRead.clear();
      return runnable.run(input);
    },
    codesReadBy: (convolution) => codesRead.get(convolution) ?? null,
    dirtyBuffers: () =>
      layout.buffers.flatMap((spec, buffer) => {
        const bytes = bytesOf(buffer).slice();
        for (let y = 0; y < spec.height; y++) {
          const start = offsetOf(spec, y, 0);
          bytes.fill(0, start, start + spec.width * pixelBytes(spec));
        }
        const dump = dumpOffset(spec);
        bytes.fill(0, dump, dump + pixelBytes(spec));
        return bytes.some((byte) => byte !== 0) ? [buffer] : [];
      }),
    highestCode: () =>
      layout.buffers.reduce((highest, spec, buffer) => {
        if (spec.elementBytes !== 1) return highest;
        const rows = spec.height + spec.border.top + spec.border.bottom;
        return bytesOf(buffer)
          .subarray(0, rows * rowBytes(spec))
          .reduce((most, byte) => Math.max(most, byte), highest);
      }, 0),
  };
}
