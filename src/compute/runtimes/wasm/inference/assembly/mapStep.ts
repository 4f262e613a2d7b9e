/** Where each field of a record for the kernels of `maps.ts` lies, in bytes. Sides count pixels, steps count bytes. */

/** Address of the first pixel. */
export const INPUT = 0;
export const HEIGHT = 4;
export const WIDTH = 8;
/** Bytes from one pixel to the next one of its line. */
export const PIXEL_STEP = 12;
/** Bytes from one line to the next. */
export const ROW_STEP = 16;
/** How many channels are worked on: a multiple of 8 but for `copy`, where it counts bytes. */
export const CHANNELS = 20;
export const OUT = 24;
export const OUT_HEIGHT = 28;
export const OUT_WIDTH = 32;
export const OUT_PIXEL_STEP = 36;
export const OUT_ROW_STEP = 40;
/** Of a pool. */
export const WINDOW_HEIGHT = 44;
export const WINDOW_WIDTH = 48;
export const STRIDE_Y = 52;
export const STRIDE_X = 56;
export const PADDING_TOP = 60;
export const PADDING_LEFT = 64;
/** Of a sum: address of the second input's first pixel, or 0. */
export const SECOND = 68;
export const SECOND_PIXEL_STEP = 72;
export const SECOND_ROW_STEP = 76;
/** f32: bounds of a sum, or of a scaled map; −∞ and +∞ without a ReLU. */
export const LOWEST = 80;
export const HIGHEST = 84;
/** Of a scaling or a rounding: addresses of one float a channel, `value · scale + shift`. */
export const SCALES = 88;
export const SHIFTS = 92;
/** f32: of a leaky ReLU. */
export const SLOPE = 96;
export const MAP_STEP_BYTES = 100;
