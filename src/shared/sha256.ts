/** SHA-256 everywhere: `crypto.subtle` is missing on pages served by plain http from another machine. */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';

/** The same as `sha256Hex`, in plain JavaScript, on the calling thread. */
export function sha256HexInScript(bytes: Uint8Array): string {
  return bytesToHex(sha256(bytes));
}

/** So much of a file is in memory at a time. */
const SLICE_BYTES = 4 * 1024 * 1024;

/** SHA-256 of a file of any size in lower-case hex, a slice at a time. @param onProgress called after each with 0–1 */
export async function sha256HexOfBlob(blob: Blob, onProgress: (fraction: number) => void): Promise<string> {
  const hash = sha256.create();
  for (let at = 0; at < blob.size; at += SLICE_BYTES) {
    hash.update(new Uint8Array(await blob.slice(at, at + SLICE_BYTES).arrayBuffer()));
    onProgress(Math.min(1, (at + SLICE_BYTES) / blob.size));
  }
  return bytesToHex(hash.digest());
}

/** SHA-256 in lower-case hex. */
export async function sha256Hex(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const subtle: SubtleCrypto | undefined = globalThis.crypto?.subtle;
  if (!subtle) return sha256HexInScript(bytes);
  return bytesToHex(new Uint8Array(await subtle.digest('SHA-256', bytes)));
}
