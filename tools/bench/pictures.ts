/** The same pictures for all sides of a comparison: photo-sized JPEGs that no cache has seen. */

export const WIDTH_PX = 640;
export const HEIGHT_PX = 480;

/** What the published model wants: `[224, 224]` pixels, blue, green, red, each less its mean. */
export const INPUT_PX = 224;
export const MEAN_BGR = [103.939, 116.779, 123.68] as const;

/** Soft shapes and grain, so that the JPEG decoder has as much to do as with a photo. */
export async function makePicture(seed: number): Promise<Blob> {
  const canvas = new OffscreenCanvas(WIDTH_PX, HEIGHT_PX);
  const context = canvas.getContext('2d');
  if (!context) throw new Error('no canvas');
  for (let shape = 0; shape < 12; shape++) {
    const angle = seed * 7.31 + shape * 1.7;
    const x = WIDTH_PX * (0.5 + 0.45 * Math.sin(angle));
    const y = HEIGHT_PX * (0.5 + 0.45 * Math.cos(angle * 1.3));
    const gradient = context.createRadialGradient(x, y, 0, x, y, 260);
    gradient.addColorStop(0, `hsl(${(angle * 57) % 360} 70% 55% / 0.9)`);
    gradient.addColorStop(1, `hsl(${(angle * 91) % 360} 60% 30% / 0)`);
    context.fillStyle = gradient;
    context.fillRect(0, 0, WIDTH_PX, HEIGHT_PX);
  }
  const image = context.getImageData(0, 0, WIDTH_PX, HEIGHT_PX);
  for (let i = 0; i < image.data.length; i++) {
    const grain = ((i * 2654435761 + seed * 40503) >>> 16) % 24;
    image.data[i] = (image.data[i] ?? 0) + (i % 4 === 3 ? 255 : grain);
  }
  context.putImageData(image, 0, 0);
  return canvas.convertToBlob({ type: 'image/jpeg', quality: 0.9 });
}

/** One picture that is of the network's size already, so that no one's way of resizing plays a part. */
export async function makeCheckPicture(): Promise<ImageBitmap> {
  return createImageBitmap(await makePicture(0), { resizeWidth: INPUT_PX, resizeHeight: INPUT_PX });
}
