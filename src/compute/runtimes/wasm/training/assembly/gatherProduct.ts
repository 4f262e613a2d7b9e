/**
 * A convolution as a product of patches and weights: forward, and backward to its input. Patches are packed for few places
 * and few channels at a time, which stay in a near cache until they were multiplied with every panel of weights.
 */
import { BLOCK, PANEL } from '../../assembly/tileShape';
import { field, gatherTile, locate, pixelAt, SPOT_BYTES } from './gatherTile';
import {
  ADDS,
  BIAS,
  CHANNELS,
  COLUMNS,
  FIRST_TAP,
  GRID_HEIGHT,
  GRID_WIDTH,
  HIGHEST,
  IS_WHOLE,
  LOWEST,
  OUT,
  OUT_HEIGHT,
  OUT_PIXEL,
  OUT_STRIDE_X,
  OUT_STRIDE_Y,
  OUT_WIDTH,
  OUT_X,
  OUT_Y,
  PANEL_BYTES,
  PATCHES,
  ROUND_CHANNELS,
  ROUND_PLACES,
  ROUND_TAPS,
  SPOTS,
  TAP_BYTES,
  TAPS,
  TILE_ROOM,
  WEIGHTS,
  ZEROS,
} from './productRecord';

/** Four values of each of six pixels, as four lines of six. */
// @inline
function turn(p0: usize, p1: usize, p2: usize, p3: usize, p4: usize, p5: usize, to: usize): void {
  const a = v128.load(p0);
  const b = v128.load(p1);
  const c = v128.load(p2);
  const d = v128.load(p3);
  const e = v128.load(p4);
  const f = v128.load(p5);
  const abLow = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
  const abHigh = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
  const cdLow = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
  const cdHigh = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
  const efLow = v128.shuffle<f32>(e, f, 0, 4, 1, 5);
  const efHigh = v128.shuffle<f32>(e, f, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<f32>(abLow, cdLow, 0, 1, 4, 5));
  v128.store64_lane(to, efLow, 0, 16);
  v128.store(to, v128.shuffle<f32>(abLow, cdLow, 2, 3, 6, 7), 24);
  v128.store64_lane(to, efLow, 1, 40);
  v128.store(to, v128.shuffle<f32>(abHigh, cdHigh, 0, 1, 4, 5), 48);
  v128.store64_lane(to, efHigh, 0, 64);
  v128.store(to, v128.shuffle<f32>(abHigh, cdHigh, 2, 3, 6, 7), 72);
  v128.store64_lane(to, efHigh, 1, 88);
}

/** Patches of the places in the table, in blocks: `[blocks, taps · channels, BLOCK]`. */
function packPlaces(record: usize, blocks: i32, tap: usize, taps: i32, channel: i32, channels: i32): void {
  const zeros = <usize>field(record, ZEROS);
  const skipped = (<usize>channel) << 2;
  let spot = <usize>field(record, SPOTS);
  let to = <usize>field(record, PATCHES);
  for (let block = 0; block < blocks; block++) {
    for (let i = 0; i < taps; i++) {
      const down = load<i32>(tap + <usize>i * TAP_BYTES);
      const across = load<i32>(tap + <usize>i * TAP_BYTES, 4);
      let p0 = pixelAt(record, spot, down, across);
      let p1 = pixelAt(record, spot + SPOT_BYTES, down, across);
      let p2 = pixelAt(record, spot + 2 * SPOT_BYTES, down, across);
      let p3 = pixelAt(record, spot + 3 * SPOT_BYTES, down, across);
      let p4 = pixelAt(record, spot + 4 * SPOT_BYTES, down, across);
      let p5 = pixelAt(record, spot + 5 * SPOT_BYTES, down, across);
      if (p0 !== zeros) p0 += skipped;
      if (p1 !== zeros) p1 += skipped;
      if (p2 !== zeros) p2 += skipped;
      if (p3 !== zeros) p3 += skipped;
      if (p4 !== zeros) p4 += skipped;
      if (p5 !== zeros) p5 += skipped;
      let left = channels;
      for (; left >= 4; left -= 4) {
        turn(p0, p1, p2, p3, p4, p5, to);
        p0 += 16;
        p1 += 16;
        p2 += 16;
        p3 += 16;
        p4 += 16;
        p5 += 16;
        to += BLOCK * 16;
      }
      for (; left > 0; left--) {
        store<f32>(to, load<f32>(p0));
        store<f32>(to, load<f32>(p1), 4);
        store<f32>(to, load<f32>(p2), 8);
        store<f32>(to, load<f32>(p3), 12);
        store<f32>(to, load<f32>(p4), 16);
        store<f32>(to, load<f32>(p5), 20);
        p0 += 4;
        p1 += 4;
        p2 += 4;
        p3 += 4;
        p4 += 4;
        p5 += 4;
        to += BLOCK * 4;
      }
    }
    spot += BLOCK * SPOT_BYTES;
  }
}

/** Address of the first column that the place's results go to. */
function resultAt(record: usize, place: i32): usize {
  const out = <usize>field(record, OUT);
  const pixelBytes = <usize>field(record, OUT_PIXEL);
  if (field(record, IS_WHOLE)) return out + <usize>place * pixelBytes;
  const gridWidth = field(record, GRID_WIDTH);
  const gridHeight = field(record, GRID_HEIGHT);
  const line = place / gridWidth;
  const y = field(record, OUT_Y) + (line % gridHeight) * field(record, OUT_STRIDE_Y);
  const x = field(record, OUT_X) + (place % gridWidth) * field(record, OUT_STRIDE_X);
  const pixel = ((line / gridHeight) * field(record, OUT_HEIGHT) + y) * field(record, OUT_WIDTH) + x;
  return out + <usize>pixel * pixelBytes;
}

/**
 * `out = min(highest, max(lowest, patches · weights + bias))`, or that added to what is there.
 * @param record as in `productRecord.ts`
 * @param places of the window, in all pictures
 */
export function gatherProduct(record: usize, places: i32): void {
  const floor = v128.load32_splat(record, LOWEST);
  const ceiling = v128.load32_splat(record, HIGHEST);
  const taps = field(record, TAPS);
  const channels = field(record, CHANNELS);
  const columns = field(record, COLUMNS);
  const roundTaps = field(record, ROUND_TAPS);
  const roundChannels = field(record, ROUND_CHANNELS);
  const roundPlaces = field(record, ROUND_PLACES);
  const panelBytes = <usize>field(record, PANEL_BYTES);
  const outStride = <usize>field(record, OUT_PIXEL);
  const isWhole = field(record, IS_WHOLE);
  const patches = <usize>field(record, PATCHES);
  const tile = <usize>field(record, TILE_ROOM);
  for (let place = 0; place < places; place += roundPlaces) {
    const count = min(roundPlaces, places - place);
    const blocks = (count + BLOCK - 1) / BLOCK;
    locate(record, place, count, blocks * BLOCK);
    for (let tap = 0; tap < taps; tap += roundTaps) {
      const tapCount = min(roundTaps, taps - tap);
      const tapAt = record + FIRST_TAP + <usize>tap * TAP_BYTES;
      for (let channel = 0; channel < channels; channel += roundChannels) {
        const channelCount = min(roundChannels, channels - channel);
        packPlaces(record, blocks, tapAt, tapCount, channel, channelCount);
        const isFirst = tap === 0 && channel === 0 && !field(record, ADDS);
        const isLast = tap + tapCount === taps && channel + channelCount === channels;
        const pieceBytes = <usize>channelCount * PANEL * 4;
        const blockBytes = <usize>(tapCount * channelCount) * BLOCK * 4;
        let panel = <usize>field(record, WEIGHTS) + <usize>channel * PANEL * 4;
        let bias = <usize>field(record, BIAS);
        for (let column = 0; column < columns; column += PANEL) {
          const width = min(PANEL, columns - column);
          const start = isFirst ? bias : 0;
          let x = patches;
          for (let row = 0; row < count; row += BLOCK) {
            const height = min(BLOCK, count - row);
            if (isWhole && width === PANEL && height === BLOCK) {
              const to = resultAt(record, place + row) + ((<usize>column) << 2);
              gatherTile(x, panel, tapAt, tapCount, pieceBytes, to, outStride, start, isLast, floor, ceiling);
            } else {
              const bytes = (<usize>width) << 2;
              if (!start) {
                for (let line = 0; line < height; line++) {
                  const from = resultAt(record, place + row + line) + ((<usize>column) << 2);
                  memory.copy(tile + <usize>line * PANEL * 4, from, bytes);
                }
              }
              const stride: usize = PANEL * 4;
              gatherTile(x, panel, tapAt, tapCount, pieceBytes, tile, stride, start, isLast, floor, ceiling);
              for (let line = 0; line < height; line++) {
                const to = resultAt(record, place + row + line) + ((<usize>column) << 2);
                memory.copy(to, tile + <usize>line * PANEL * 4, bytes);
              }
            }
            x += blockBytes;
          }
          panel += panelBytes;
          bias += PANEL * 4;
        }
      }
    }
  }
}
