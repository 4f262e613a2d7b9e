/** Where each i32 of a pool's or depthwise convolution's record lies, in bytes. Read by the kernels and by the TypeScript that calls them. */
export const HEIGHT = 0;
export const WIDTH = 4;
export const CHANNELS = 8;
export const OUT_HEIGHT = 12;
export const OUT_WIDTH = 16;
export const WINDOW_HEIGHT = 20;
export const WINDOW_WIDTH = 24;
export const STRIDE_Y = 28;
export const STRIDE_X = 32;
export const TOP = 36;
export const LEFT = 40;
export const WINDOW_BYTES = 44;
