import { describe, expect, it } from 'vitest';
import { drawSvg } from './drawSvg.ts';

const svg = (source: string) => new Blob([source], { type: 'image/svg+xml' });

async function pixelsOf(
  png: Blob,
): Promise<{ width: number; height: number; at: (x: number, y: number) => number[] }> {
  const bitmap = await createImageBitmap(png);
  const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
  if (!context) throw new Error('no canvas');
  context.drawImage(bitmap, 0, 0);
  const { width, height } = bitmap;
  return { width, height, at: (x, y) => [...context.getImageData(x, y, 1, 1).data] };
}

describe('drawSvg', () => {
  it('draws at 512 px on white and keeps the shape', async () => {
    const source =
      '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="10"><rect width="10" height="10" fill="#f00"/></svg>';
    const { width, height, at } = await pixelsOf(await drawSvg(svg(source)));
    expect([width, height]).toEqual([512, 256]);
    expect(at(100, 128)).toEqual([255, 0, 0, 255]);
    expect(at(400, 128)).toEqual([255, 255, 255, 255]);
  });

  it('draws an SVG that has only a viewBox', async () => {
    const source =
      '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 16"><rect width="8" height="16" fill="#00f"/></svg>';
    const { width, height, at } = await pixelsOf(await drawSvg(svg(source)));
    expect([width, height]).toEqual([256, 512]);
    expect(at(128, 500)).toEqual([0, 0, 255, 255]);
  });

  it('never runs a script in it', async () => {
    const source =
      '<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4" onload="window.wasRun = 1"><script>window.wasRun = 1; parent.wasRun = 1</script><rect width="4" height="4" fill="#0f0"/></svg>';
    const { at } = await pixelsOf(await drawSvg(svg(source)));
    expect(at(256, 256)).toEqual([0, 255, 0, 255]);
    expect('wasRun' in window).toBe(false);
  });

  it('says by name that a broken one cannot be read', async () => {
    await expect(drawSvg(svg('<svg xmlns="http://www.w3.org/2000/svg"><rect'))).rejects.toMatchObject({
      code: 'pictureUnreadable',
    });
  });
});
