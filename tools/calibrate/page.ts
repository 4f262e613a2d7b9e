/** The browser's part of the calibration: only here can pictures be decoded the way the app decodes them. */
import { decodePicture } from '../../src/compute/features/decode.ts';
import { RESIZE_VERSION, toInputPixels } from '../../src/compute/features/pixels.ts';
import type { ResizeMethod } from '../../src/domain/picture.ts';

/** What the app does with a picture. */
const RESIZE: ResizeMethod = { fit: 'centerCrop', cropFraction: 1, version: RESIZE_VERSION };

const calibration = {
  /** RGBA `[sizePx, sizePx, 4]` of a picture that was put into the page's file field. */
  async pixelsOf(index: number, sizePx: number): Promise<Uint8ClampedArray<ArrayBuffer>> {
    const file = document.querySelector('input')?.files?.[index];
    if (!file) throw new Error(`no picture ${index}`);
    const bitmap = await decodePicture(file);
    try {
      return toInputPixels(bitmap, sizePx, RESIZE);
    } finally {
      bitmap.close();
    }
  },
};
export type Calibration = typeof calibration;
Object.assign(globalThis, { calibration });
