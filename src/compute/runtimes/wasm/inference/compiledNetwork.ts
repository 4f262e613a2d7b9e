/** A network ready to run: one thread's maps over packed weights. */
import { ALIGNMENT_BYTES, reservePages, roundUp } from '../memory.ts';
import type { InferenceKernels } from './inferenceKernels.ts';
import type { NetworkLayout } from './layOut.ts';
import { type MapSpec, mapBytes, offsetOf } from './mapBuffers.ts';
import { partsOf, type RecordField } from './stepRecords.ts';

export interface CompiledNetwork {
  /**
   * One example through the network.
   * @param input `[height, width, channels]`, preprocessed
   * @returns the output's channels (of its only pixel, or pixel after pixel)
   */
  run(input: Float32Array): Float32Array<ArrayBuffer>;
}

/** @param memory that the layout was made in @throws AppError `outOfMemory` */
export function createCompiledNetwork(
  kernels: InferenceKernels,
  memory: WebAssembly.Memory,
  layout: NetworkLayout,
): CompiledNetwork {
  let end = 0;
  const take = (bytes: number) => {
    const offset = end;
    end += roundUp(bytes, ALIGNMENT_BYTES);
    return offset;
  };
  const bufferOffsets = layout.buffers.map((spec) => take(mapBytes(spec)));
  const calls = layout.steps.flatMap((step) =>
    partsOf(step).map((part) => ({ ...step, fields: [...step.fields, ...part], at: take(step.recordBytes) })),
  );
  const base = reservePages(memory, end);
  const view = new DataView(memory.buffer);
  const write = (record: number, { at, type, value, buffer }: RecordField) => {
    const address = base + record + at;
    if (type === 'f32') view.setFloat32(address, value, true);
    else
      view.setInt32(
        address,
        type === 'buffer' ? base + (bufferOffsets[buffer ?? -1] as number) + value : value,
        true,
      );
  };
  const runs = calls.map(({ kernel: name, fields, at }) => {
    for (const field of fields) write(at, field);
    const kernel = kernels[name];
    return () => kernel(base + at);
  });

  const inputSpec = layout.buffers[layout.input.buffer] as MapSpec;
  const outputSpec = layout.buffers[layout.output.buffer] as MapSpec;
  const inputBase = base + (bufferOffsets[layout.input.buffer] as number);
  const outputBase =
    base +
    (bufferOffsets[layout.output.buffer] as number) +
    layout.output.firstChannel * outputSpec.elementBytes;

  function setInput(input: Float32Array): void {
    const { height, width, channels, stride } = inputSpec;
    const rowLength = width * channels;
    if (input.length !== height * rowLength)
      throw new Error(`${input.length} numbers of ${height * rowLength}`);
    for (let y = 0; y < height; y++) {
      const row = input.subarray(y * rowLength, (y + 1) * rowLength);
      const start = inputBase + offsetOf(inputSpec, y, 0);
      if (stride === channels) {
        new Float32Array(memory.buffer, start, rowLength).set(row);
        continue;
      }
      const line = new Float32Array(memory.buffer, start, width * stride);
      for (let x = 0; x < width; x++) line.set(row.subarray(x * channels, (x + 1) * channels), x * stride);
    }
  }

  function getOutput(): Float32Array<ArrayBuffer> {
    const { height, width } = outputSpec;
    const { channels } = layout.output;
    const output = new Float32Array(height * width * channels);
    for (let pixel = 0; pixel < height * width; pixel++) {
      const start = outputBase + offsetOf(outputSpec, Math.floor(pixel / width), pixel % width);
      output.set(new Float32Array(memory.buffer, start, channels), pixel * channels);
    }
    return output;
  }

  return {
    run(input) {
      setInput(input);
      for (const run of runs) run();
      return getOutput();
    },
  };
}
