/** Probabilities of a row of numbers, by the record at `step`. */
import { exp4 } from '../../assembly/exp';
import { CHANNELS, INPUT, OUT } from './mapStep';

/** Source: the largest is taken off first, so that no power overflows (Goodfellow et al., "Deep Learning", 2016, section 4.1). */
export function softmax32(step: usize): void {
  const input = <usize>load<u32>(step, INPUT);
  const out = <usize>load<u32>(step, OUT);
  const bytes = <usize>(load<i32>(step, CHANNELS) << 2);
  let largest = load<f32>(input);
  for (let at: usize = 4; at < bytes; at += 4) largest = max<f32>(largest, load<f32>(input + at));
  const from = f32x4.splat(largest);
  // A row has room for eight at a time; what fills it up is not summed.
  for (let at: usize = 0; at < bytes; at += 16)
    v128.store(out + at, exp4(f32x4.sub(v128.load(input + at), from)));
  let sum: f64 = 0;
  for (let at: usize = 0; at < bytes; at += 4) sum += load<f32>(out + at);
  for (let at: usize = 0; at < bytes; at += 4) store<f32>(out + at, <f32>(<f64>load<f32>(out + at) / sum));
}
