/** Fresh weights from a seeded random source, so that a run can be repeated. */
import { allocateFloats } from '../shared/allocate.ts';

/** Normal with σ = √(2 / fanIn). Source: He et al., "Delving Deep into Rectifiers", 2015, eq. 10. */
export function heNormal(fanIn: number, fanOut: number, random: () => number): Float32Array<ArrayBuffer> {
  const deviation = Math.sqrt(2 / fanIn);
  const values = allocateFloats(fanIn * fanOut);
  for (let i = 0; i < values.length; i += 2) {
    // Box–Muller gives two independent normal numbers at a time.
    const radius = Math.sqrt(-2 * Math.log(1 - random()));
    const angle = 2 * Math.PI * random();
    values[i] = radius * Math.cos(angle) * deviation;
    if (i + 1 < values.length) values[i + 1] = radius * Math.sin(angle) * deviation;
  }
  return values;
}

/** Uniform in ±√(6 / (fanIn + fanOut)). Source: Glorot & Bengio, 2010, eq. 16. */
export function glorotUniform(
  fanIn: number,
  fanOut: number,
  random: () => number,
): Float32Array<ArrayBuffer> {
  const limit = Math.sqrt(6 / (fanIn + fanOut));
  return allocateFloats(fanIn * fanOut).map(() => (random() * 2 - 1) * limit);
}
