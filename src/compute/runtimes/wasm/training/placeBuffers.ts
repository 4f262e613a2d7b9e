/** Places for buffers that do not all live at the same time: two may share one where their times do not meet. */
import { ALIGNMENT_BYTES, roundUp } from '../memory.ts';

export interface TimedBuffer {
  readonly bytes: number;
  /** First and last step at which it is needed. */
  readonly from: number;
  readonly to: number;
}

export interface PlacedBuffers {
  /** Bytes from the beginning, one for each buffer. */
  readonly offsets: readonly number[];
  readonly bytes: number;
}

/** The largest first, each as far ahead as those allow that live at its time. */
export function placeBuffers(buffers: readonly TimedBuffer[]): PlacedBuffers {
  const order = buffers.map((_, i) => i).sort((a, b) => (buffers[b]?.bytes ?? 0) - (buffers[a]?.bytes ?? 0));
  const offsets = new Array<number>(buffers.length).fill(0);
  const placed: { readonly buffer: TimedBuffer; readonly begin: number; readonly end: number }[] = [];
  let total = 0;
  for (const index of order) {
    const buffer = buffers[index] as TimedBuffer;
    const size = roundUp(buffer.bytes, ALIGNMENT_BYTES);
    const others = placed
      .filter(({ buffer: other }) => other.from <= buffer.to && buffer.from <= other.to)
      .sort((a, b) => a.begin - b.begin);
    let begin = 0;
    for (const other of others) {
      if (other.begin - begin >= size) break;
      begin = Math.max(begin, other.end);
    }
    offsets[index] = begin;
    placed.push({ buffer, begin, end: begin + size });
    total = Math.max(total, begin + size);
  }
  return { offsets, bytes: total };
}
