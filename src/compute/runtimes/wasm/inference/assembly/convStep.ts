/** Where each field of a convolution's record lies, in bytes. Read by the kernels and by the TypeScript that calls them. */

/** Address of the table of places: four i32 a pixel, the byte offsets of `PLACE_…`. */
export const PLACES = 0;
/** Output pixels, filled up to a multiple of `BLOCK`. */
export const PIXELS = 4;
/** Address of the input map. */
export const INPUT = 8;
/** Address of the byte offsets of each tap's run from the start of a window. */
export const TAPS = 12;
export const TAP_COUNT = 16;
/** Elements that lie one after the other behind each tap; of codes a multiple of `CODES_AT_ONCE`. */
export const RUN = 20;
/**
 * Address of the packed kernel: `[panels, taps · run / 4, 8 channels, 4]` in int8, `[panels, taps · run, 8]` in float32;
 * of a depthwise convolution `[panels, taps / 2, 8 channels, 2]` and `[panels, taps, 8]`.
 */
export const WEIGHTS = 24;
/** Panels of `PANEL` output channels. */
export const PANELS = 28;
/** Address of one i32 a panel: the byte offset at which its input channels begin. */
export const PANEL_STARTS = 32;
/** int8 only: address of one float a channel, `real = sum · multiplier + bias`. */
export const MULTIPLIERS = 36;
/** Address of one float a channel. */
export const BIASES = 40;
/** Address of the float32 output map, or 0. */
export const OUT = 44;
/** Address of the 7-bit output map, or 0. */
export const CODES = 48;
/** f32: codes = output · scale + ½, rounded down. */
export const CODE_SCALE = 52;
/** Address of a float32 map that is added to the result, or 0. */
export const RESIDUAL = 56;
/** f32: lower bound of the result; −∞ without ReLU. */
export const LOWEST = 60;
/** f32: upper bound of the result; +∞ without one. */
export const HIGHEST = 64;
export const CONV_STEP_BYTES = 68;

/** At 0 lies where the window begins. */
export const PLACE_OUT = 4;
export const PLACE_CODES = 8;
export const PLACE_RESIDUAL = 12;
export const PLACE_BYTES = 16;

/** A dot product takes so many codes of a channel's run. */
export const CODES_AT_ONCE = 4;

/** A depthwise convolution of codes takes so many taps together; one too many has weights of zero. */
export const TAPS_AT_ONCE = 2;
