/** How the first bytes of a file are compared: names and extensions lie, magic numbers do so far less often. */

export function ascii(bytes: Uint8Array, start: number, end: number): string {
  return String.fromCharCode(...bytes.subarray(start, end));
}

export function startsWith(head: Uint8Array, magic: readonly number[] | string): boolean {
  const bytes = typeof magic === 'string' ? [...magic].map((char) => char.charCodeAt(0)) : magic;
  return bytes.length > 0 && bytes.every((byte, index) => head[index] === byte);
}
