import { describe, expect, it } from 'vitest';
import { type BenchResult, type EngineResult, toTable } from './result.ts';

function engine(arithmetic: EngineResult['arithmetic'], ort: number | null): EngineResult {
  return {
    arithmetic,
    extraction: {
      backend: 'wasm',
      secondsPerPicture: 0.1,
      plainSecondsPerPicture: 0.7,
      ratio: 7,
      ortSecondsPerPicture: ort,
      ortRatio: ort === null ? null : ort / 0.1,
    },
    webcam: { framesInFlight: 2, framesPerSecond: 9, plainFramesPerSecond: 1.5, ratio: 6 },
    memory: { peakBytes: null },
  };
}

function result(engines: readonly [EngineResult, ...EngineResult[]], ortCosine: number | null): BenchResult {
  return {
    ...engines[0],
    engines,
    head: { secondsPerEpochPer1000: 0.5, plainSecondsPerEpochPer1000: 5, ratio: 10 },
    weights: { bytes: 47e6, secondsCold: 0.4, secondsWarm: 0.1 },
    ortCosine,
  };
}

describe('the table of the bench', () => {
  it('gives each arithmetic its lines, against both others', () => {
    const table = toTable(result([engine('int8', 0.3), engine('float32', 0.3)], 1));
    expect(table).toMatch(
      /^features of a picture, int8 \(wasm\) +0\.100 s +0\.700 s +7\.00 +0\.300 s +3\.00$/m,
    );
    expect(table).toMatch(/^features of a picture, float32/m);
    expect(table).toMatch(/^head epoch, 1,000 pictures +0\.500 s +5\.000 s +10\.00$/m);
    expect(table).toMatch(/^webcam frames, float32, 2 in flight +9\.00 \/ s +1\.50 \/ s +6\.00$/m);
    expect(table).toMatch(/^memory at its highest, int8 +not known here$/m);
  });

  it('has no column for what was not asked for', () => {
    expect(toTable(result([engine('float32', null)], null))).not.toContain('onnxruntime');
  });
});
