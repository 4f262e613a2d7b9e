import { describe, expect, it } from 'vitest';
import { frameRate, smoothTop } from './live.ts';

describe('smoothTop', () => {
  it('takes the first frame as it is', () => {
    const first = [
      { label: 'cat', probability: 0.9 },
      { label: 'dog', probability: 0.1 },
    ];
    expect(smoothTop([], first, 1)).toEqual([first[0]]);
  });

  it('converges on what the frames keep saying and forgets the rest', () => {
    let bars = smoothTop([], [{ label: 'cat', probability: 1 }], 5);
    bars = smoothTop(bars, [{ label: 'dog', probability: 1 }], 5);
    expect(bars.map(({ label }) => label)).toEqual(['cat', 'dog']);
    for (let frame = 0; frame < 20; frame++) bars = smoothTop(bars, [{ label: 'dog', probability: 1 }], 5);
    expect(bars.map(({ label }) => label)).toEqual(['dog']);
    expect(bars[0]?.probability).toBeCloseTo(1, 2);
  });

  it('keeps the sum at 1 when every label is reported', () => {
    const bars = smoothTop(
      [
        { label: 'a', probability: 0.3 },
        { label: 'b', probability: 0.7 },
      ],
      [
        { label: 'a', probability: 0.8 },
        { label: 'b', probability: 0.2 },
      ],
      2,
    );
    expect(bars.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 9);
  });
});

describe('frameRate', () => {
  it('needs two frames', () => {
    expect(frameRate([])).toBeNull();
    expect(frameRate([100])).toBeNull();
  });
  it('counts gaps, not frames, and only the recent ones', () => {
    expect(frameRate([0, 100, 200, 300])).toBeCloseTo(10);
    expect(frameRate([0, 9000, 9500, 10_000])).toBeCloseTo(2);
  });
});
