/** Where each i32 lies, in bytes, that tells the tiles of a map. Read by the kernels and by the TypeScript that calls them. */

/** The map, `[pictures, height, width, …]`, and bytes from pixel to pixel. */
export const BASE = 0;
export const HEIGHT = 4;
export const WIDTH = 8;
export const PIXEL = 12;
/** Tiles of a picture. */
export const DOWN = 16;
export const ACROSS = 20;
/** Pixels along a side of a tile; the next one begins two pixels further on. */
export const SIDE = 24;
/** How far the first tile begins outside of the map. */
export const TOP = 28;
export const LEFT = 32;
/** Address that stands for the pixels outside of the map. */
export const OUTSIDE = 36;
export const TILE_BYTES = 40;

/** Bytes between what lies at one position and at the next, which keep them out of each other's cache lines. */
export const POSITION_GAP = 64;
