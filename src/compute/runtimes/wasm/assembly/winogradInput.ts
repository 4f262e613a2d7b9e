/** What Winograd's convolution does with its input, in inference and in training. */

/** One line of `Bᵀ d` from the right with `B`: four channels of four positions, `step` bytes apart. */
// @inline
export function storeInputLine(to: usize, step: usize, x0: v128, x1: v128, x2: v128, x3: v128): void {
  v128.store(to, f32x4.sub(x0, x2));
  v128.store(to + step, f32x4.add(x1, x2));
  v128.store(to + 2 * step, f32x4.sub(x2, x1));
  v128.store(to + 3 * step, f32x4.sub(x1, x3));
}
