import { expect, it } from 'vitest';
import { canDecode } from './decodable.ts';

it('is true for what this browser shows, so that the examples are whole', async () => {
  for (const format of ['avif', 'webp', 'jpeg', 'heic'] as const) expect(await canDecode(format)).toBe(true);
});
