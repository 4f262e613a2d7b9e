import { describe, expect, it } from 'vitest';
import type { FineTuneStepReport } from './fineTuneCase.ts';
import { compareSides, type FineTuneResult, toFineTuneTable, toSide } from './fineTuneResult.ts';

const SIZES = { network: 'tail', stages: 1, batch: 8, scale: 1 } as const;

function step(seconds: number, loss: number, tensorsAfter = 40): FineTuneStepReport {
  return { seconds, loss, tensorsBefore: 40, tensorsAfter, peakTensorBytes: seconds * 1e6 };
}

/** A slow first step, whose tensors are those of the optimiser to come. */
const ours = toSide([{ ...step(90, 2.4), tensorsBefore: 20 }, step(4, 2.3), step(2, 2.2)], SIZES, null);
const plain = toSide([step(99, 2.4), step(9, 2.3), step(9, 2.2001, 42)], SIZES, 2e9);

function result(other: FineTuneResult['other'], scale = 1): FineTuneResult {
  const sizes = { ...SIZES, scale };
  const facts = { backend: 'webgl', device: 'SwiftShader', trainableParameters: 17_000_000 };
  return { ...facts, sizes, against: 'plain', ours, other, ...compareSides(ours, other) };
}

describe('a side of the bench of fine-tuning', () => {
  it('does not time the first step, and counts its memory', () => {
    expect(ours).toMatchObject({ secondsPerStep: 3, secondsPerPicture: 3 / 8, peakTensorBytes: 90e6 });
  });

  it('tells whether tensors were left behind', () => {
    expect(ours.isTensorCountFlat).toBe(true);
    expect(plain.tensorCounts).toEqual([40, 40, 42]);
    expect(plain.isTensorCountFlat).toBe(false);
  });
});

describe('the table of the bench of fine-tuning', () => {
  it('says how many times faster', () => {
    const table = toFineTuneTable(result(plain));
    expect(table).toMatch(/^training step of stage 5, 8 pictures \(webgl\) +3\.000 s +9\.000 s +3\.00$/m);
    expect(table).toMatch(/^tensors +40 throughout +40, 40, 42$/m);
    expect(table).toMatch(/differ by 1\.0e-4/);
    expect(table).not.toMatch(/divided/);
  });

  it('says where the plain way cannot do it, and where the network is a small one', () => {
    const table = toFineTuneTable(result({ problem: 'no such kernel' }, 16));
    expect(table).toMatch(/^of a picture +0\.375 s +not possible$/m);
    expect(table).toMatch(/not possible: no such kernel/);
    expect(table).toMatch(/channels divided by 16/);
  });

  it.each([
    ['learn another amount', [2.4, 2.25]],
    ['begin elsewhere', [2.41, 2.2]],
    ['come to no number', [2.4, Number.NaN]],
  ])('refuses sides that %s', (_, losses) => {
    const other = toSide(
      losses.map((loss) => step(1, loss)),
      SIZES,
      null,
    );
    expect(() => compareSides(ours, other)).toThrow(/do not train alike/);
  });
});
