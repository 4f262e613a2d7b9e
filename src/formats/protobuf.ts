/**
 * Protocol buffers as parts of a file: a message may hold megabytes that are made when they are written, so its length
 * is counted first. Source: https://protobuf.dev/programming-guides/encoding/.
 */
import { PbfWriter } from 'pbf';
import { type Bytes, type FilePart, sizeOfParts } from './fileParts.ts';

/** A field with its number, or several. */
export type Fields = readonly FilePart[];

const LENGTH_DELIMITED = 2;

function written(write: (to: PbfWriter) => void): Bytes {
  const writer = new PbfWriter();
  write(writer);
  return new Uint8Array(writer.finish());
}

export function textField(number: number, text: string): Fields {
  return [written((to) => to.writeStringField(number, text))];
}

/** @param value a whole number, an enum's value, or 0 and 1 for a boolean */
export function intField(number: number, value: number): Fields {
  return [written((to) => to.writeVarintField(number, value))];
}

export function floatField(number: number, value: number): Fields {
  return [written((to) => to.writeFloatField(number, value))];
}

/** One after the other, not packed: as proto2 writes them, and every reader takes. */
export function intsField(number: number, values: readonly number[]): Fields {
  return [written((to) => values.forEach((value) => void to.writeVarintField(number, value)))];
}

/** A message within a message, or bytes. */
export function messageField(number: number, ...fields: readonly Fields[]): Fields {
  const parts = fields.flat();
  const head = written((to) => {
    to.writeTag(number, LENGTH_DELIMITED);
    to.writeVarint(sizeOfParts(parts));
  });
  return [head, ...parts];
}
