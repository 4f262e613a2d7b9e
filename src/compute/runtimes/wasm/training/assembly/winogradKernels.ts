/** The weights of a convolution 3×3 on their way into Winograd's products, and their gradient on its way back. */
import { PANEL } from '../../assembly/tileShape';
import { POSITIONS } from '../../assembly/winogradShape';
import { POSITION_GAP } from './tileRecord';
import { turnSquare } from './turnSquare';

const LINE: usize = PANEL * 4;

// @inline
function half(value: v128): v128 {
  return f32x4.mul(value, f32x4.splat(0.5));
}

/** One line of `G g` from the right with `Gᵀ`. */
// @inline
function storeWeights(to: usize, step: usize, a: v128, b: v128, c: v128): void {
  const outer = f32x4.add(a, c);
  v128.store(to, a);
  v128.store(to + step, half(f32x4.add(outer, b)));
  v128.store(to + 2 * step, half(f32x4.sub(outer, b)));
  v128.store(to + 3 * step, c);
}

/** `G g Gᵀ` of four channels of a filter. @param tap bytes from tap to tap @param step from position to position */
function transformWeights(g: usize, tap: usize, to: usize, step: usize): void {
  const a0 = v128.load(g);
  const a1 = v128.load(g + tap);
  const a2 = v128.load(g + 2 * tap);
  g += 3 * tap;
  const b0 = v128.load(g);
  const b1 = v128.load(g + tap);
  const b2 = v128.load(g + 2 * tap);
  g += 3 * tap;
  const c0 = v128.load(g);
  const c1 = v128.load(g + tap);
  const c2 = v128.load(g + 2 * tap);
  storeWeights(to, step, a0, a1, a2);
  const outer0 = f32x4.add(a0, c0);
  const outer1 = f32x4.add(a1, c1);
  const outer2 = f32x4.add(a2, c2);
  storeWeights(
    to + 4 * step,
    step,
    half(f32x4.add(outer0, b0)),
    half(f32x4.add(outer1, b1)),
    half(f32x4.add(outer2, b2)),
  );
  storeWeights(
    to + 8 * step,
    step,
    half(f32x4.sub(outer0, b0)),
    half(f32x4.sub(outer1, b1)),
    half(f32x4.sub(outer2, b2)),
  );
  storeWeights(to + 12 * step, step, c0, c1, c2);
}

/**
 * As the way back reads them: `[POSITIONS, panels of channels, filters, PANEL]`.
 * @param weights `[9, all panels of channels, paddedFilters, PANEL]`, from the first panel wanted on
 * @param tapBytes of all panels
 */
export function transformBackward(
  weights: usize,
  tapBytes: usize,
  panels: i32,
  filters: i32,
  paddedFilters: i32,
  to: usize,
): void {
  const step = <usize>(panels * filters) * LINE + POSITION_GAP;
  for (let panel = 0; panel < panels; panel++) {
    let from = weights + <usize>(panel * paddedFilters) * LINE;
    for (const end = from + <usize>filters * LINE; from < end; from += 16) {
      transformWeights(from, tapBytes, to, step);
      to += 16;
    }
  }
}

/**
 * As the way forward reads them: `[POSITIONS, panels of filters, channels, PANEL]`.
 * @param weights `[9, panels of channels, paddedFilters, PANEL]`, from the first filter wanted on
 * @param room for `POSITIONS` squares of `PANEL`
 */
export function transformForward(
  weights: usize,
  panels: i32,
  filters: i32,
  paddedFilters: i32,
  tapBytes: usize,
  room: usize,
  to: usize,
): void {
  const square = LINE * PANEL;
  const step = <usize>(panels * filters) * LINE + POSITION_GAP;
  for (let filter = 0; filter < filters; filter += PANEL) {
    for (let panel = 0; panel < panels; panel++) {
      const from = weights + <usize>(panel * paddedFilters + filter) * LINE;
      for (let at: usize = 0; at < square; at += 16) {
        transformWeights(from + at, tapBytes, room + at, square);
      }
      let place = to;
      for (let position = 0; position < POSITIONS; position++) {
        const turned = room + <usize>position * square;
        turnSquare(turned, LINE, place, LINE);
        turnSquare(turned + 16, LINE, place + 4 * LINE, LINE);
        turnSquare(turned + 4 * LINE, LINE, place + 16, LINE);
        turnSquare(turned + 4 * LINE + 16, LINE, place + 4 * LINE + 16, LINE);
        place += step;
      }
      to += square;
    }
  }
}

// @inline
function addTo(at: usize, value: v128): void {
  v128.store(at, f32x4.add(v128.load(at), value));
}

/** One line of `Gᵀ u` from the right with `G`, added to its taps. */
// @inline
function addWeights(g: usize, tap: usize, x0: v128, x1: v128, x2: v128, x3: v128): void {
  const inner = half(f32x4.add(x1, x2));
  addTo(g, f32x4.add(x0, inner));
  addTo(g + tap, half(f32x4.sub(x1, x2)));
  addTo(g + 2 * tap, f32x4.add(inner, x3));
}

/** `Gᵀ u G` of four channels of a filter. */
function addKernel(u: usize, step: usize, g: usize, tap: usize): void {
  const line = 4 * step;
  const b0 = v128.load(u + line);
  const b1 = v128.load(u + line + step);
  const b2 = v128.load(u + line + 2 * step);
  const b3 = v128.load(u + line + 3 * step);
  const c0 = v128.load(u + 2 * line);
  const c1 = v128.load(u + 2 * line + step);
  const c2 = v128.load(u + 2 * line + 2 * step);
  const c3 = v128.load(u + 2 * line + 3 * step);
  const inner0 = half(f32x4.add(b0, c0));
  const inner1 = half(f32x4.add(b1, c1));
  const inner2 = half(f32x4.add(b2, c2));
  const inner3 = half(f32x4.add(b3, c3));
  addWeights(
    g,
    tap,
    f32x4.add(v128.load(u), inner0),
    f32x4.add(v128.load(u + step), inner1),
    f32x4.add(v128.load(u + 2 * step), inner2),
    f32x4.add(v128.load(u + 3 * step), inner3),
  );
  addWeights(
    g + 3 * tap,
    tap,
    half(f32x4.sub(b0, c0)),
    half(f32x4.sub(b1, c1)),
    half(f32x4.sub(b2, c2)),
    half(f32x4.sub(b3, c3)),
  );
  u += 3 * line;
  addWeights(
    g + 6 * tap,
    tap,
    f32x4.add(v128.load(u), inner0),
    f32x4.add(v128.load(u + step), inner1),
    f32x4.add(v128.load(u + 2 * step), inner2),
    f32x4.add(v128.load(u + 3 * step), inner3),
  );
}

/** Adds a gradient in products to that of the weights; shapes as in `transformBackward`, the other way round. */
export function addKernels(
  products: usize,
  tapBytes: usize,
  panels: i32,
  filters: i32,
  paddedFilters: i32,
  gradients: usize,
): void {
  const step = <usize>(panels * filters) * LINE + POSITION_GAP;
  for (let panel = 0; panel < panels; panel++) {
    let to = gradients + <usize>(panel * paddedFilters) * LINE;
    for (const end = to + <usize>filters * LINE; to < end; to += 16) {
      addKernel(products, step, to, tapBytes);
      products += 16;
    }
  }
}
