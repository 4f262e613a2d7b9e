/** Canvases in workers: opaque, white underneath, and kept in main memory since they are read back. */
import { AppError } from '../../shared/errors.ts';

/** A 2d context with white as its fill style. @throws AppError `outOfMemory` where the browser gives none */
export function get2dContext(canvas: OffscreenCanvas): OffscreenCanvasRenderingContext2D {
  const context = canvas.getContext('2d', { alpha: false, willReadFrequently: true });
  if (!context) throw new AppError('outOfMemory');
  context.fillStyle = '#fff';
  return context;
}

/** The whole of a bitmap on white, scaled to the size given. */
export function drawOnWhite(bitmap: ImageBitmap, widthPx: number, heightPx: number): OffscreenCanvas {
  const canvas = new OffscreenCanvas(widthPx, heightPx);
  const context = get2dContext(canvas);
  context.imageSmoothingQuality = 'high';
  context.fillRect(0, 0, widthPx, heightPx);
  context.drawImage(bitmap, 0, 0, widthPx, heightPx);
  return canvas;
}
