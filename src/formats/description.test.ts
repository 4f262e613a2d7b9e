import { describe, expect, it } from 'vitest';
import { DEFAULT_TRAIN_SETTINGS } from '../domain/trainSettings.ts';
import { SAMPLE_DESCRIPTION } from '../testing/formats/sampleModel.ts';
import { readDescription, writeDescription } from './description.ts';

/** The sample as a file, with some of its settings changed; undefined leaves one out. */
function fileWith(change: Readonly<Record<string, unknown>>): string {
  const value = JSON.parse(writeDescription(SAMPLE_DESCRIPTION)) as { settings: Record<string, unknown> };
  return JSON.stringify({ ...value, settings: { ...value.settings, ...change } });
}

const LATER_SETTINGS = {
  schedule: undefined,
  warmupFraction: undefined,
  rateFactor: undefined,
  rateStepEpochs: undefined,
  plateauPatience: undefined,
  minimumRate: undefined,
  nesterov: undefined,
  labelSmoothing: undefined,
};

describe('the settings in headstart.json', () => {
  it('may lack what came later: such a run had a constant rate and plain momentum', () => {
    const { settings } = readDescription(fileWith({ ...LATER_SETTINGS, learningRate: 0.25 }));
    expect(settings).toEqual({ ...DEFAULT_TRAIN_SETTINGS, learningRate: 0.25 });
    expect(settings).toMatchObject({ schedule: 'constant', nesterov: false });
  });

  it('may have the names that earlier versions wrote', () => {
    const { warmupFraction: _, ...settings } = DEFAULT_TRAIN_SETTINGS;
    const older = readDescription(fileWith({ ...settings, warmupFraction: undefined, warmupShare: 0.25 }));
    expect(older.settings).toEqual({ ...DEFAULT_TRAIN_SETTINGS, warmupFraction: 0.25 });
  });

  it('come back as they were written, and so do the rates of the curve', () => {
    const settings = {
      ...DEFAULT_TRAIN_SETTINGS,
      optimizer: 'rmsprop',
      schedule: 'plateau',
      warmupFraction: 0.25,
      rateFactor: 0.125,
      rateStepEpochs: 7,
      plateauPatience: 9,
      minimumRate: 0.5,
      nesterov: true,
      labelSmoothing: 0.1,
    } as const;
    const curve = SAMPLE_DESCRIPTION.curve.map((metrics, i) => ({ ...metrics, learningRate: i / 8 }));
    const description = { ...SAMPLE_DESCRIPTION, settings, curve };
    expect(readDescription(writeDescription(description))).toEqual(description);
  });

  it.each([
    { schedule: 'sideways' },
    { optimizer: 'magic' },
    { warmupFraction: 1 },
    { rateFactor: 0 },
    { rateStepEpochs: 0 },
    { plateauPatience: 0 },
    { minimumRate: -1 },
    { nesterov: 'yes' },
    { labelSmoothing: 1 },
  ])('that no run can have make a file unreadable: %o', (change) => {
    expect(() => readDescription(fileWith(change))).toThrowError(
      expect.objectContaining({ code: 'modelFileUnreadable' }),
    );
  });
});

describe('what a model has seen', () => {
  const seen = { train: '0123456789abcdef', validation: '', isPartial: true as const };
  const seenBefore = { test: 3, validation: 0, isValidationSeen: false, isUnknown: true };

  it('goes out and comes back, and may be missing, as in files of earlier versions', () => {
    const description = { ...SAMPLE_DESCRIPTION, seen, seenBefore };
    expect(readDescription(writeDescription(description))).toEqual(description);
    expect(readDescription(writeDescription(SAMPLE_DESCRIPTION))).not.toHaveProperty('seen');
  });

  it.each([
    { seen: { ...seen, train: '0123' } },
    { seen: { train: '' } },
    { seenBefore: { ...seenBefore, test: -1 } },
  ])('is refused where it makes no sense: %o', (more) => {
    const file = JSON.stringify({ ...JSON.parse(writeDescription(SAMPLE_DESCRIPTION)), ...more });
    expect(() => readDescription(file)).toThrow(expect.objectContaining({ code: 'modelFileUnreadable' }));
  });
});
