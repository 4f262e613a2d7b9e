/** Names for what a person makes. `crypto.randomUUID` is missing on pages served by plain http from another machine. */

/** A random UUID (version 4). Source of its form: RFC 9562, section 5.4. */
export function createRandomId(): string {
  const { crypto } = globalThis;
  // Absent there, whatever the type says.
  if ('randomUUID' in crypto) return crypto.randomUUID();
  const bytes = (crypto as Crypto).getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
