/** Memory given back by hand: a collector that sees small objects lets hundreds of megabytes behind them lie. */

/** Frees the bytes at once; the buffer is empty afterwards. Where the browser cannot, they go when they are collected. */
export function release(buffer: ArrayBuffer): void {
  // ES2024; of length 0 it is nothing but a way to let go.
  const { transfer } = buffer as ArrayBuffer & {
    transfer?: (this: ArrayBuffer, length: number) => ArrayBuffer;
  };
  if (buffer.byteLength > 0) transfer?.call(buffer, 0);
}
