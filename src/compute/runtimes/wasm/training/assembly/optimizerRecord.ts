/** Where each f32 of an optimiser's record lies, in bytes. Read by the kernels and by the TypeScript that calls them. */
import { BLOCK, PANEL } from '../../assembly/tileShape';

// What they are, stands in `src/compute/training/updateRule.ts`.
export const PENALTY = 0;
export const KEEP = 4;
export const FIRST_KEEP = 8;
export const FIRST_ADD = 12;
export const SECOND_KEEP = 16;
export const SECOND_ADD = 20;
export const RATE = 24;
export const EPSILON = 28;
/** Of SGD, in the place of what it has no use for. */
export const VELOCITY_ADD = 16;
export const GRADIENT_ADD = 20;
/** What gathered gradients are multiplied by, so that their norm is not too large. */
export const SCALE = 32;
/** Room for the gradient of a block of inputs and a panel of units, on its way through the optimiser. */
export const TILE = 48;
export const TILE_BYTES = BLOCK * PANEL * 4;
export const OPTIMIZER_BYTES = TILE + TILE_BYTES;
