/** How Winograd's F(2×2, 3×3) takes a map apart. Read by the kernels and by the TypeScript that calls them. */

/** Of a transformed tile of 4×4. */
export const POSITIONS = 16;
/** Pixels of the output along a side of a tile. */
export const TILE_SIDE = 2;
export const TILE_PIXELS = 4;
