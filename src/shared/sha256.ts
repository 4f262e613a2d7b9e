/** SHA-256 everywhere: `crypto.subtle` is missing on pages served by plain http from another machine. */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';

/** The same as `sha256Hex`, in plain JavaScript, on the calling thread. */
export function sha256HexInScript(bytes: Uint8Array): string {
  return bytesToHex(sha256(bytes));
}

/** SHA-256 in lower-case hex. */
export async function sha256Hex(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const subtle: SubtleCrypto | undefined = globalThis.crypto?.subtle;
  if (!subtle) return sha256HexInScript(bytes);
  return bytesToHex(new Uint8Array(await subtle.digest('SHA-256', bytes)));
}
