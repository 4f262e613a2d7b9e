/** The gradient of a convolution's weights, and the order in which the forward pass reads those. */
import { BLOCK, PANEL } from '../../assembly/tileShape';
import { field, gatherTile, locate, pixelAt, SPOT_BYTES } from './gatherTile';
import {
  CHANNELS,
  COLUMNS,
  FIRST_TAP,
  GRADIENTS,
  OUT,
  OUT_PIXEL,
  PANEL_BYTES,
  PATCHES,
  ROUND_PLACES,
  SPOTS,
  TAP_BYTES,
  TAPS,
  WEIGHTS,
  ZEROS,
} from './productRecord';
import { turnSquare } from './turnSquare';

/** Lines that are packed together: they stay in the innermost cache, and what is written of them is one piece. */
const LINES = 16;

/** Lines `[count, columns]` in blocks of columns: `to[block][line][BLOCK]`, zero behind the last column. */
function packColumns(from: usize, stride: usize, count: i32, columns: i32, to: usize): void {
  const blockBytes = <usize>count * BLOCK * 4;
  for (let first = 0; first < count; first += LINES) {
    const last = min(first + LINES, count);
    let block = to;
    for (let column = 0; column < columns; column += BLOCK) {
      let target = block + <usize>first * BLOCK * 4;
      let source = from + <usize>first * stride + ((<usize>column) << 2);
      const width = min(BLOCK, columns - column);
      for (let line = first; line < last; line++) {
        if (width === BLOCK) {
          v128.store(target, v128.load(source));
          store<u64>(target, load<u64>(source, 16), 16);
        } else {
          for (let i = 0; i < BLOCK; i++) {
            const at = (<usize>i) << 2;
            store<f32>(target + at, i < width ? load<f32>(source + at) : 0);
          }
        }
        source += stride;
        target += BLOCK * 4;
      }
      block += blockBytes;
    }
  }
}

/** Channels from `channel` on of the pixels in a table of addresses: `to[pixel][PANEL]`, zero behind the last channel. */
function packPixels(record: usize, addresses: usize, count: i32, channel: i32, width: i32, to: usize): void {
  const zeros = <usize>field(record, ZEROS);
  const skipped = (<usize>channel) << 2;
  for (let i = 0; i < count; i++) {
    const pixel = <usize>load<u32>(addresses + ((<usize>i) << 2));
    const from = pixel === zeros ? zeros : pixel + skipped;
    if (width === PANEL) {
      v128.store(to, v128.load(from));
      v128.store(to, v128.load(from, 16), 16);
    } else {
      for (let lane = 0; lane < PANEL; lane++) {
        const at = (<usize>lane) << 2;
        store<f32>(to + at, lane < width ? load<f32>(from + at) : 0);
      }
    }
    to += PANEL * 4;
  }
}

/**
 * Adds the gradient of the weights to what was gathered of it.
 * @param record as in `productRecord.ts`; `OUT` is the gradient of the output, `WEIGHTS` that of the weights
 * @param places of the window, in all pictures
 */
export function kernelGradient(record: usize, places: i32): void {
  const none = f32x4.splat(0);
  const taps = field(record, TAPS);
  const channels = field(record, CHANNELS);
  const columns = field(record, COLUMNS);
  const roundPlaces = field(record, ROUND_PLACES);
  const panelBytes = <usize>field(record, PANEL_BYTES);
  const outStride = <usize>field(record, OUT_PIXEL);
  const gradients = <usize>field(record, GRADIENTS);
  const spots = <usize>field(record, SPOTS);
  const patches = <usize>field(record, PATCHES);
  for (let place = 0; place < places; place += roundPlaces) {
    const count = min(roundPlaces, places - place);
    const blockBytes = <usize>count * BLOCK * 4;
    const addresses = spots + <usize>count * SPOT_BYTES;
    locate(record, place, count, count);
    packColumns(<usize>field(record, OUT) + <usize>place * outStride, outStride, count, columns, gradients);
    let sums = <usize>field(record, WEIGHTS);
    for (let tap = 0; tap < taps; tap++) {
      const at = record + FIRST_TAP + <usize>tap * TAP_BYTES;
      for (let i = 0; i < count; i++) {
        const pixel = pixelAt(record, spots + <usize>i * SPOT_BYTES, load<i32>(at), load<i32>(at, 4));
        store<u32>(addresses + ((<usize>i) << 2), <u32>pixel);
      }
      for (let channel = 0; channel < channels; channel += PANEL) {
        packPixels(record, addresses, count, channel, min(PANEL, channels - channel), patches);
        let block = gradients;
        let to = sums;
        for (let column = 0; column < columns; column += BLOCK) {
          const bytes = <usize>count * PANEL * 4;
          gatherTile(block, patches, 0, 1, bytes, to, PANEL * 4, 0, false, none, none);
          block += blockBytes;
          to += BLOCK * PANEL * 4;
        }
        sums += panelBytes;
      }
    }
  }
}

/**
 * Weights as the forward pass reads them: from panels of channels, `[taps, channel panels, paddedFilters, PANEL]`, to
 * panels of filters, `[filter panels, taps · channels, PANEL]`.
 */
export function packForward(
  weights: usize,
  taps: i32,
  channels: i32,
  filters: i32,
  paddedFilters: i32,
  to: usize,
): void {
  const lineBytes: usize = PANEL * 4;
  for (let filter = 0; filter < filters; filter += PANEL) {
    const count = min(PANEL, filters - filter);
    let panel = weights + <usize>filter * lineBytes;
    for (let tap = 0; tap < taps; tap++) {
      for (let channel = 0; channel < channels; channel += PANEL) {
        const width = min(PANEL, channels - channel);
        if (count === PANEL && width === PANEL) {
          turnSquare(panel, lineBytes, to, lineBytes);
          turnSquare(panel + 16, lineBytes, to + 4 * lineBytes, lineBytes);
          turnSquare(panel + 4 * lineBytes, lineBytes, to + 16, lineBytes);
          turnSquare(panel + 4 * lineBytes + 16, lineBytes, to + 4 * lineBytes + 16, lineBytes);
        } else {
          for (let c = 0; c < width; c++) {
            for (let f = 0; f < PANEL; f++) {
              const from = panel + <usize>f * lineBytes + ((<usize>c) << 2);
              store<f32>(to + <usize>c * lineBytes + ((<usize>f) << 2), f < count ? load<f32>(from) : 0);
            }
          }
        }
        to += <usize>width * lineBytes;
        panel += <usize>paddedFilters * lineBytes;
      }
    }
  }
}
