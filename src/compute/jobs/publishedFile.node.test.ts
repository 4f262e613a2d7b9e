import { createHash } from 'node:crypto';
import { afterEach, describe, expect, it, vi } from 'vitest';

const BYTES = new TextEncoder().encode('weights');
const SHA256 = createHash('sha256').update(BYTES).digest('hex');

// What is really published takes megabytes.
const known = vi.hoisted(() => ({ fileName: 'known.pth', sizeBytes: 7, sha256: '' }));
vi.mock('../../domain/weightSources.ts', () => ({
  findWeightSource: (name: string) => (name === known.fileName ? known : null),
}));
const { checkIfPublished, hashOfFile } = await import('./publishedFile.ts');

const file = (name: string, bytes: Uint8Array<ArrayBuffer> = BYTES) => new File([bytes], name);
const ignore = () => undefined;
const refusal = { code: 'weightsNotPublished', details: { file: 'known.pth' } };

afterEach(() => void Object.assign(known, { sizeBytes: 7, sha256: '' }));

describe('a file whose name is known', () => {
  it.each([SHA256, SHA256.slice(0, 8)])('is taken with the hash that is published: %s', async (sha256) => {
    known.sha256 = sha256;
    expect(await checkIfPublished([file('known.pth')], ignore)).toBe(SHA256);
  });

  it('is refused with another hash, and with another size before anything is hashed', async () => {
    known.sha256 = `0${SHA256.slice(1)}`;
    if (known.sha256 === SHA256) known.sha256 = `1${SHA256.slice(1)}`;
    await expect(checkIfPublished([file('known.pth')], ignore)).rejects.toMatchObject(refusal);
    Object.assign(known, { sha256: SHA256, sizeBytes: 8 });
    const onProgress = vi.fn();
    await expect(checkIfPublished([file('known.pth')], onProgress)).rejects.toMatchObject(refusal);
    expect(onProgress).not.toHaveBeenCalled();
  });
});

it('of any other nobody can tell, and its hash is there to be compared', async () => {
  expect(await checkIfPublished([file('mine.pth')], ignore)).toBeNull();
  expect(await hashOfFile([file('mine.pth')], ignore)).toBe(SHA256);
  expect(await hashOfFile([file('a.bin'), file('b.bin')], ignore)).toBeNull();
});

it('a file of several slices has the hash of the whole', async () => {
  const large = new Uint8Array(9 * 1024 * 1024).map((_, index) => index % 251);
  const fractions: number[] = [];
  const sha256 = await hashOfFile([file('large.pth', large)], (fraction) => fractions.push(fraction));
  expect(sha256).toBe(createHash('sha256').update(large).digest('hex'));
  expect(fractions).toHaveLength(3);
  expect(fractions.at(-1)).toBe(1);
});
