import { afterAll, describe, expect, it } from 'vitest';
import { DEFAULT_AUGMENTATION, NO_AUGMENTATION } from '../../domain/augmentation.ts';
import { createWorkerClient } from '../../rpc/client.ts';
import type { IntakeApi, PreviewArgs } from '../../rpc/intakeApi.ts';
import { RESIZE, toInputPixels } from '../features/pixels.ts';

const SIZE_PX = 32;
const client = createWorkerClient<IntakeApi>(
  () => new Worker(new URL('../intake.worker.ts', import.meta.url), { type: 'module' }),
);
afterAll(() => client.terminate());

function draw(color: string): Promise<Blob> {
  const canvas = new OffscreenCanvas(80, 60);
  const context = canvas.getContext('2d');
  if (!context) throw new Error('no canvas');
  context.fillStyle = color;
  context.fillRect(0, 0, 80, 60);
  context.fillStyle = '#fff';
  context.fillRect(20, 10, 25, 15);
  return canvas.convertToBlob({ type: 'image/png' });
}

async function preview(args: Partial<PreviewArgs>): Promise<string[]> {
  const examples = await client.call('previewAugmentation', {
    picture: await draw('#c04020'),
    partner: null,
    augmentation: DEFAULT_AUGMENTATION,
    seed: 1,
    count: 9,
    sizePx: SIZE_PX,
    ...args,
  });
  for (const example of examples) {
    const image = new ImageData(example, SIZE_PX);
    expect([image.width, image.height]).toEqual([SIZE_PX, SIZE_PX]);
  }
  return examples.map(String);
}

describe('previewAugmentation', () => {
  it('gives as many examples as asked for, each another, and the same for the same seed', async () => {
    const examples = await preview({});
    expect(examples).toHaveLength(9);
    expect(new Set(examples).size).toBe(9);
    expect(await preview({})).toEqual(examples);
    const others = await preview({ seed: 2 });
    expect(others.filter((example) => examples.includes(example))).toEqual([]);
  });

  it('shows the picture as the network sees it where nothing is on', async () => {
    const bitmap = await createImageBitmap(await draw('#c04020'));
    const plain = String(toInputPixels(bitmap, SIZE_PX, RESIZE));
    expect(await preview({ augmentation: NO_AUGMENTATION, count: 2 })).toEqual([plain, plain]);
  });

  it('mixes the partner in only where the settings mix', async () => {
    const partner = await draw('#2040c0');
    const alone = await preview({});
    expect(await preview({ partner })).toEqual(alone);
    const mixed = await preview({ partner, augmentation: { ...DEFAULT_AUGMENTATION, mixUp: 1 } });
    expect(mixed.filter((example) => alone.includes(example))).toEqual([]);
    expect(await preview({ augmentation: { ...DEFAULT_AUGMENTATION, mixUp: 1 } })).toEqual(alone);
  });

  it('fails by name on a file that is no picture', async () => {
    await expect(preview({ picture: new Blob(['text']) })).rejects.toMatchObject({
      code: 'pictureUnreadable',
    });
  });
});
