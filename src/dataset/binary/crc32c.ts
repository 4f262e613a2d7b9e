/** The checksum of TFRecord files: CRC-32C (Castagnoli, RFC 3720), and the mask that TensorFlow puts on it. */

let table: Uint32Array | null = null;

function createTable(): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, byte) => {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
    return crc;
  });
}

export function crc32c(bytes: Uint8Array): number {
  table ??= createTable();
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ (table[(crc ^ byte) & 255] ?? 0);
  return (crc ^ 0xffffffff) >>> 0;
}

/** As it is written: a checksum of bytes that hold checksums would tell little (crc32c.h of TensorFlow). */
export function maskedCrc32c(bytes: Uint8Array): number {
  const crc = crc32c(bytes);
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}
