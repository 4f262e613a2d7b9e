/** Raw pictures that tests pack, and what comes out of a BMP again, read by nothing of the product. */

/** Values that differ from pixel to pixel and picture to picture; `[height, width, channels]`. */
export function samplePixels(seed: number, widthPx: number, heightPx: number, channels: 1 | 3): Uint8Array {
  return Uint8Array.from(
    { length: widthPx * heightPx * channels },
    (_, index) => (index * 7 + seed * 31 + (index >> 5)) % 256,
  );
}

/** One channel as red, green and blue. */
export function grayToRgb(values: Uint8Array): Uint8Array {
  return Uint8Array.from({ length: values.length * 3 }, (_, index) => values[Math.floor(index / 3)] ?? 0);
}

/** Red, green and blue of an uncompressed BMP of 24 bits, row by row from the top; other bytes as they are. */
export function contentOf(bytes: Uint8Array): Uint8Array {
  if (bytes[0] !== 0x42 || bytes[1] !== 0x4d) return bytes;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const start = view.getUint32(10, true);
  const width = view.getInt32(18, true);
  const height = view.getInt32(22, true);
  if (view.getUint16(28, true) !== 24 || view.getUint32(30, true) !== 0) throw new Error('not such a BMP');
  const stride = (width * 3 + 3) & ~3;
  if (view.getUint32(2, true) !== bytes.length || start + stride * height !== bytes.length)
    throw new Error('a BMP of another size than it says');
  const rgb = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let channel = 0; channel < 3; channel++) {
        rgb[(y * width + x) * 3 + channel] =
          bytes[start + (height - 1 - y) * stride + x * 3 + 2 - channel] ?? 0;
      }
    }
  }
  return rgb;
}
