/** Pools, by the record at `step`. Places outside the map never win a maximum and never count in an average. */
import {
  CHANNELS,
  HEIGHT,
  INPUT,
  OUT,
  OUT_HEIGHT,
  OUT_PIXEL_STEP,
  OUT_ROW_STEP,
  OUT_WIDTH,
  PADDING_LEFT,
  PADDING_TOP,
  PIXEL_STEP,
  ROW_STEP,
  STRIDE_X,
  STRIDE_Y,
  WIDTH,
  WINDOW_HEIGHT,
  WINDOW_WIDTH,
} from './mapStep';

const MAX_CODES = 0;
const MAX_FLOATS = 1;
const AVERAGE_FLOATS = 2;

/** Eight channels of one window, all of whose pixels lie in the map. */
function maxOfCodes(from: usize, to: usize, height: i32, width: i32, pixelStep: i32, rowStep: i32): void {
  let highest = i64x2.splat(0);
  for (let y = 0; y < height; y++) {
    let pixel = from + <usize>(y * rowStep);
    for (let x = 0; x < width; x++) {
      highest = i8x16.max_u(highest, v128.load64_zero(pixel));
      pixel += pixelStep;
    }
  }
  v128.store64_lane(to, highest, 0);
}

/** Four channels. */
function maxOfFloats(from: usize, to: usize, height: i32, width: i32, pixelStep: i32, rowStep: i32): void {
  let highest = v128.load(from);
  for (let y = 0; y < height; y++) {
    let pixel = from + <usize>(y * rowStep);
    for (let x = 0; x < width; x++) {
      highest = f32x4.pmax(highest, v128.load(pixel));
      pixel += pixelStep;
    }
  }
  v128.store(to, highest);
}

/** Four channels. */
function averageOfFloats(
  from: usize,
  to: usize,
  height: i32,
  width: i32,
  pixelStep: i32,
  rowStep: i32,
): void {
  let sum = f32x4.splat(0);
  for (let y = 0; y < height; y++) {
    let pixel = from + <usize>(y * rowStep);
    for (let x = 0; x < width; x++) {
      sum = f32x4.add(sum, v128.load(pixel));
      pixel += pixelStep;
    }
  }
  v128.store(to, f32x4.div(sum, f32x4.splat(<f32>(height * width))));
}

function pool(step: usize, kind: i32): void {
  const input = <usize>load<u32>(step, INPUT);
  const height = load<i32>(step, HEIGHT);
  const width = load<i32>(step, WIDTH);
  const pixelStep = load<i32>(step, PIXEL_STEP);
  const rowStep = load<i32>(step, ROW_STEP);
  const channelBytes = load<i32>(step, CHANNELS) * (kind === MAX_CODES ? 1 : 4);
  const pieceBytes = kind === MAX_CODES ? 8 : 16;
  const outHeight = load<i32>(step, OUT_HEIGHT);
  const outWidth = load<i32>(step, OUT_WIDTH);
  for (let y = 0; y < outHeight; y++) {
    const top = y * load<i32>(step, STRIDE_Y) - load<i32>(step, PADDING_TOP);
    const firstY = max<i32>(top, 0);
    const windowHeight = min<i32>(top + load<i32>(step, WINDOW_HEIGHT), height) - firstY;
    for (let x = 0; x < outWidth; x++) {
      const left = x * load<i32>(step, STRIDE_X) - load<i32>(step, PADDING_LEFT);
      const firstX = max<i32>(left, 0);
      const windowWidth = min<i32>(left + load<i32>(step, WINDOW_WIDTH), width) - firstX;
      const from = input + <usize>(firstY * rowStep + firstX * pixelStep);
      const to =
        <usize>load<u32>(step, OUT) +
        <usize>(y * load<i32>(step, OUT_ROW_STEP) + x * load<i32>(step, OUT_PIXEL_STEP));
      for (let offset = 0; offset < channelBytes; offset += pieceBytes) {
        if (kind === MAX_CODES)
          maxOfCodes(from + offset, to + offset, windowHeight, windowWidth, pixelStep, rowStep);
        else if (kind === MAX_FLOATS)
          maxOfFloats(from + offset, to + offset, windowHeight, windowWidth, pixelStep, rowStep);
        else averageOfFloats(from + offset, to + offset, windowHeight, windowWidth, pixelStep, rowStep);
      }
    }
  }
}

/** Maximum of 7-bit codes. */
export function maxPool8(step: usize): void {
  pool(step, MAX_CODES);
}

/** Maximum of float32. */
export function maxPool32(step: usize): void {
  pool(step, MAX_FLOATS);
}

/** Average of float32; over the whole map it is the global average. */
export function avgPool32(step: usize): void {
  pool(step, AVERAGE_FLOATS);
}
