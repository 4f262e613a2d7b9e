import { describe, expect, it } from 'vitest';
import { nestedUse } from '../../testing/page/hostileSvg.ts';
import { drawSvg } from './drawSvg.ts';
import { drawInFrame } from './svgFrame.ts';

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

  it.each([
    ['nested use', nestedUse(7)],
    [
      'entities of entities',
      '<!DOCTYPE svg [<!ENTITY a "<g/><g/><g/><g/><g/>"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;"><!ENTITY e "&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;">]><svg xmlns="http://www.w3.org/2000/svg">&e;</svg>',
    ],
    ['eleven megabytes', `<svg xmlns="http://www.w3.org/2000/svg">${' '.repeat(11 << 20)}</svg>`],
  ])('says by name that %s would take too long, and draws nothing', async (_what, source) => {
    const startMs = performance.now();
    await expect(drawSvg(svg(source))).rejects.toMatchObject({ code: 'drawingTooComplex' });
    expect(performance.now() - startMs).toBeLessThan(3_000);
  });

  it('ends when it is cancelled, and draws the next one all the same', async () => {
    const source =
      '<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"><rect width="4" height="4"/></svg>';
    await expect(drawSvg(svg(source), AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' });
    const { at } = await pixelsOf(await drawSvg(svg(source)));
    expect(at(9, 9)).toEqual([0, 0, 0, 255]);
  });
});

describe('the frame that draws', () => {
  it('is stopped when its time is up, while the page goes on, and a new one takes its place', async () => {
    let longestMs = 0;
    let lastMs = performance.now();
    const timer = setInterval(() => {
      longestMs = Math.max(longestMs, performance.now() - lastMs);
      lastMs = performance.now();
    }, 20);
    // What the count would have refused: ten million circles.
    const drawing = drawInFrame(svg(nestedUse(7)), 512, undefined, 2_000);
    await expect(drawing).rejects.toMatchObject({ code: 'drawingTooComplex' });
    clearInterval(timer);
    expect(longestMs).toBeLessThan(1_500);
    expect(document.querySelectorAll('iframe[sandbox]')).toHaveLength(0);
    expect(await drawInFrame(svg(nestedUse(1)), 512, undefined)).toBeInstanceOf(Blob);
  });
});
