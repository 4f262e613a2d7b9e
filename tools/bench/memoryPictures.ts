/** Thousands of small pictures, no two alike, written to a folder with one sub-folder a class. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';

const CLASSES = 4;
/** Drawn between two calls of the page. */
const TOGETHER = 200;

/** JPEGs in base64. @param page an empty one will do */
function draw(page: Page, first: number, count: number): Promise<string[]> {
  return page.evaluate(
    async ([from, pictures, classes]) => {
      const drawn: string[] = [];
      for (let seed = from; seed < from + pictures; seed++) {
        const side = 64 + (seed % 33);
        const canvas = new OffscreenCanvas(side, side);
        const context = canvas.getContext('2d');
        if (!context) throw new Error('no canvas');
        // A class is a colour that is not always told right.
        const hue = (seed % classes) * (360 / classes) + ((seed * 37) % 90);
        context.fillStyle = `hsl(${hue} 60% ${30 + ((seed * 13) % 40)}%)`;
        context.fillRect(0, 0, side, side);
        for (let blob = 0; blob < 12; blob++) {
          const angle = seed * 7.31 + blob * (1.7 + seed / 9001);
          context.fillStyle = `hsl(${(hue + 50 * Math.sin(angle * 3)) % 360} 70% 55% / 0.7)`;
          context.beginPath();
          context.arc(
            side * (0.5 + 0.45 * Math.sin(angle)),
            side * (0.5 + 0.45 * Math.cos(angle * 1.3)),
            3 + ((seed + blob * 5) % 11),
            0,
            7,
          );
          context.fill();
        }
        const jpeg = await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.9 });
        const bytes = new Uint8Array(await jpeg.arrayBuffer());
        drawn.push(btoa(String.fromCharCode(...bytes)));
      }
      return drawn;
    },
    [first, count, CLASSES] as const,
  );
}

export async function writePictures(page: Page, folder: string, count: number): Promise<void> {
  for (let seed = 0; seed < CLASSES; seed++) await mkdir(join(folder, `class-${seed}`), { recursive: true });
  for (let first = 0; first < count; first += TOGETHER) {
    const pictures = await draw(page, first, Math.min(TOGETHER, count - first));
    await Promise.all(
      pictures.map((base64, i) => {
        const seed = first + i;
        const file = join(folder, `class-${seed % CLASSES}`, `${seed}.jpg`);
        return writeFile(file, Buffer.from(base64, 'base64'));
      }),
    );
  }
}
