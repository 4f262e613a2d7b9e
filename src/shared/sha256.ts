/** SHA-256 everywhere: `crypto.subtle` is missing on pages served by plain http from another machine. */

const ROUND_CONSTANTS = fractionalBits(64, Math.cbrt);
const INITIAL_STATE = fractionalBits(8, Math.sqrt);

/** First 32 bits of the fractional parts of the roots of the first primes. Source: FIPS 180-4, sections 4.2.2 and 5.3.3. */
function fractionalBits(count: number, root: (prime: number) => number): Uint32Array {
  const words = new Uint32Array(count);
  let found = 0;
  for (let candidate = 2; found < count; candidate++) {
    let isPrime = true;
    for (let divisor = 2; divisor * divisor <= candidate; divisor++) {
      if (candidate % divisor === 0) isPrime = false;
    }
    if (isPrime) words[found++] = (root(candidate) % 1) * 2 ** 32;
  }
  return words;
}

/** The padded end of the message. Source: FIPS 180-4, section 5.1.1. */
function lastBlocks(bytes: Uint8Array): Uint8Array {
  const rest = bytes.length % 64;
  const tail = new Uint8Array(rest < 56 ? 64 : 128);
  tail.set(bytes.subarray(bytes.length - rest));
  tail[rest] = 0x80;
  const view = new DataView(tail.buffer);
  view.setUint32(tail.length - 8, Math.floor(bytes.length / 2 ** 29));
  view.setUint32(tail.length - 4, (bytes.length << 3) >>> 0);
  return tail;
}

function compress(state: Uint32Array, schedule: Int32Array, block: DataView, offset: number): void {
  for (let t = 0; t < 16; t++) schedule[t] = block.getInt32(offset + 4 * t);
  for (let t = 16; t < 64; t++) {
    const w15 = schedule[t - 15] as number;
    const w2 = schedule[t - 2] as number;
    const s0 = ((w15 >>> 7) | (w15 << 25)) ^ ((w15 >>> 18) | (w15 << 14)) ^ (w15 >>> 3);
    const s1 = ((w2 >>> 17) | (w2 << 15)) ^ ((w2 >>> 19) | (w2 << 13)) ^ (w2 >>> 10);
    schedule[t] = (schedule[t - 16] as number) + s0 + (schedule[t - 7] as number) + s1;
  }
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
  for (let t = 0; t < 64; t++) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const choice = (e & f) ^ (~e & g);
    const t1 = (h + s1 + choice + (ROUND_CONSTANTS[t] as number) + (schedule[t] as number)) | 0;
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  [a, b, c, d, e, f, g, h].forEach((word, index) => {
    state[index] = (state[index] as number) + word;
  });
}

/** The same as `sha256Hex`, in plain JavaScript: about 100 MB a second, on the calling thread. */
export function sha256HexInScript(bytes: Uint8Array): string {
  const state = INITIAL_STATE.slice();
  const schedule = new Int32Array(64);
  const tail = lastBlocks(bytes);
  const whole = bytes.length - (bytes.length % 64);
  const body = new DataView(bytes.buffer, bytes.byteOffset, whole);
  for (let offset = 0; offset < whole; offset += 64) compress(state, schedule, body, offset);
  const end = new DataView(tail.buffer);
  for (let offset = 0; offset < tail.length; offset += 64) compress(state, schedule, end, offset);
  return Array.from(state, (word) => word.toString(16).padStart(8, '0')).join('');
}

/** SHA-256 in lower-case hex. */
export async function sha256Hex(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const subtle: SubtleCrypto | undefined = globalThis.crypto?.subtle;
  if (!subtle) return sha256HexInScript(bytes);
  const digest = new Uint8Array(await subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
