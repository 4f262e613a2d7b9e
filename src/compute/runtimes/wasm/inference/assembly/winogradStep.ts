/**
 * Where each field of a record for Winograd's convolution lies, in bytes. It begins with the record of a direct one
 * (`convStep.ts`), of which `finish` reads the results' part. Its places lie tile after tile, four pixels each; the
 * tile's input begins where the first of them says.
 */
import { CONV_STEP_BYTES } from './convStep';

/** Tiles of 2×2 output pixels, filled up to a multiple of `BLOCK`. */
export const TILES = CONV_STEP_BYTES;
/** How many of them are worked on at a time, likewise a multiple. */
export const CHUNK_TILES = CONV_STEP_BYTES + 4;
/** Bytes from one pixel of the input to the next one of its line. */
export const PIXEL_STEP = CONV_STEP_BYTES + 8;
/** Bytes from one line to the next. */
export const ROW_STEP = CONV_STEP_BYTES + 12;
/** Bytes of a pixel's channels, a multiple of 16. */
export const CHANNEL_BYTES = CONV_STEP_BYTES + 16;
/** Address of the transformed input of a chunk, `[POSITIONS, tiles, channels]`. */
export const TRANSFORMED = CONV_STEP_BYTES + 20;
/** Bytes from tile to tile. */
export const TRANSFORMED_TILE_STEP = CONV_STEP_BYTES + 24;
/** Bytes from position to position. */
export const TRANSFORMED_STEP = CONV_STEP_BYTES + 28;
/** Address of a chunk's products with the weights, `[POSITIONS, tiles, filters]`. */
export const PRODUCTS = CONV_STEP_BYTES + 32;
export const PRODUCTS_TILE_STEP = CONV_STEP_BYTES + 36;
export const PRODUCTS_STEP = CONV_STEP_BYTES + 40;
/** Address of the transformed kernel: `[POSITIONS, panels, channels, 8]`. */
export const POSITION_WEIGHTS = CONV_STEP_BYTES + 44;
/** Bytes from position to position. */
export const POSITION_WEIGHTS_STEP = CONV_STEP_BYTES + 48;
/** A record of `conv32` for one block of tiles, each its pixel, complete but for `INPUT`, `WEIGHTS` and `OUT`. */
export const PRODUCT_STEP = CONV_STEP_BYTES + 52;
export const WINOGRAD_STEP_BYTES = PRODUCT_STEP + CONV_STEP_BYTES;
