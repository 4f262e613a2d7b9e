/** The same pictures for both sides of a comparison: photo-sized JPEGs that no cache has seen. */

const WIDTH_PX = 640;
const HEIGHT_PX = 480;

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
