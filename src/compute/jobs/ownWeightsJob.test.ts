/** What is told while a file is read: whoever waits takes a minute of silence for a file that is broken. */
import { beforeEach, describe, expect, it, vi } from 'vitest';

const MB = 1024 * 1024;
const known = vi.hoisted(() => ({ fileName: 'known.pth', sizeBytes: 9 * 1024 * 1024, sha256: '' }));
const reader = vi.hoisted(() => ({ isRead: false }));
// What has weights in it takes tens of megabytes, and a database.
vi.mock('../../domain/weightSources.ts', () => ({
  findWeightSource: (name: string) => (name === known.fileName ? known : null),
}));
vi.mock('../../storage/storedBackbones.ts', () => ({ saveBackbone: async () => undefined }));
vi.mock('../../weights/own/ownManifest.ts', () => ({
  fingerprintOfOwn: async () => 'f',
  toOwnManifest: () => ({ manifest: { inputSizePx: 224 }, bytes: new Uint8Array(1) }),
}));
vi.mock('../../weights/own/readOwnWeights.ts', () => ({
  async readOwnWeights(_files: unknown, { onProgress }: { onProgress: (fraction: number) => void }) {
    for (const fraction of [0.5, 1]) onProgress(fraction);
    reader.isRead = true;
    return {
      backbone: { id: 'resnet18' },
      features: { name: 'made', nodes: [], weights: {} },
      top: null,
      fit: {},
    };
  },
}));
const { addOwnWeights } = await import('./ownWeightsJob.ts');

async function fractionsOf(fileName: string, controller = new AbortController(), abortAt = 2) {
  const fractions: number[] = [];
  const files = [new File([new Uint8Array(9 * MB)], fileName)];
  const onProgress = ({ doneFraction }: { readonly doneFraction: number }) => {
    fractions.push(doneFraction);
    if (doneFraction >= abortAt) controller.abort();
  };
  const args = { files, preprocessing: null, addedAt: '2026-11-27T00:00:00Z' };
  await addOwnWeights(args, { onProgress, signal: controller.signal });
  return fractions;
}

beforeEach(() => {
  reader.isRead = false;
});

describe('the progress of a file', () => {
  it.each(['known.pth', 'mine.pth'])(
    'goes on in each slice that is hashed, and ends at 1: %s',
    async (name) => {
      const fractions = await fractionsOf(name);
      // Three slices of the file, and what its reader tells.
      expect(fractions).toHaveLength(5);
      expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
      expect(fractions.at(-1)).toBeCloseTo(1);
      expect(fractions[0]).toBeGreaterThan(0);
    },
  );

  it('is where a person can cancel, also after the weights were read', async () => {
    await expect(fractionsOf('mine.pth', undefined, 0.81)).rejects.toMatchObject({ code: 'cancelled' });
    expect(reader.isRead).toBe(true);
  });
});
