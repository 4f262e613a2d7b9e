/** Where each i32 or f32 of a convolution's record lies, in bytes. Read by the kernels and by the TypeScript that calls them. */

// The map that a window slides over, `[pictures, height, width, channels]`, of which the channels from `MAP` on are read.
export const MAP = 0;
export const HEIGHT = 4;
export const WIDTH = 8;
/** Bytes from pixel to pixel. */
export const PIXEL = 12;
/** Places of the window in a picture, and pixels from one to the next. */
export const GRID_HEIGHT = 16;
export const GRID_WIDTH = 20;
export const STRIDE_Y = 24;
export const STRIDE_X = 28;
/** What a window reads of each pixel, and how many pixels. */
export const CHANNELS = 32;
export const TAPS = 36;
/** The other map, `[pictures, height, width, …]`: where the place `(i, j)` of the grid has its pixel. */
export const OUT = 40;
export const OUT_PIXEL = 44;
export const OUT_HEIGHT = 48;
export const OUT_WIDTH = 52;
export const OUT_Y = 56;
export const OUT_X = 60;
export const OUT_STRIDE_Y = 64;
export const OUT_STRIDE_X = 68;
/** 1: the places of the grid are the pixels of the other map, in their order. */
export const IS_WHOLE = 72;
/** Channels of the other map. */
export const COLUMNS = 76;
/** Weights, and bytes from panel to panel of them. */
export const WEIGHTS = 80;
export const PANEL_BYTES = 84;
/** Address of one number a column. */
export const BIAS = 88;
/** 1: added to what is there. */
export const ADDS = 92;
/** Bounds of the results. */
export const LOWEST = 96;
export const HIGHEST = 100;
/** Pixels and channels of one round, so that what is packed of them stays in a near cache. */
export const ROUND_TAPS = 104;
export const ROUND_CHANNELS = 108;
/** Places of one round. */
export const ROUND_PLACES = 112;
/** As many zeros as a pixel has channels. */
export const ZEROS = 116;
/** Room: for places as `locate` tells them, for packed patches, for packed gradients, for a tile. */
export const SPOTS = 120;
export const PATCHES = 124;
export const GRADIENTS = 128;
export const TILE_ROOM = 132;
/** For each tap: pixels down and across from the place, and bytes from the weights of a panel to those of the tap. */
export const FIRST_TAP = 136;
export const TAP_BYTES = 12;
