/** How the factors of a product lie in memory. Read by the kernels and by the TypeScript that calls them. */

/** Rows of a tile: with a panel of columns, their sums fill the registers that there are. */
export const BLOCK = 6;
/** Columns of a tile. */
export const PANEL = 8;
