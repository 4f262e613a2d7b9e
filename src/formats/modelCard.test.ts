import { describe, expect, it } from 'vitest';
import { freshBackboneInfo, type ModelDescription } from '../domain/model.ts';
import { DEFAULT_EXPORT } from '../domain/modelExport.ts';
import { DEFAULT_FINE_TUNE, DEFAULT_TRAIN_SETTINGS } from '../domain/trainSettings.ts';
import { SAMPLE_DESCRIPTION } from '../testing/formats/sampleModel.ts';
import { modelCard } from './modelCard.ts';

describe('the model card', () => {
  const cardOf = (more: Partial<ModelDescription>) =>
    modelCard(
      { ...SAMPLE_DESCRIPTION, ...more },
      { ...DEFAULT_EXPORT, backboneCredit: 'credit', usage: 'usage' },
    );

  it('says what its figures leave out', () => {
    const seenBefore = { test: 3, validation: 2, isValidationSeen: false, isUnknown: false };
    expect(cardOf({ seenBefore })).toContain('Left out: 3 test pictures and 2 validation pictures');
    expect(cardOf({ seenBefore: { ...seenBefore, isUnknown: true } })).toContain('is not known');
    expect(cardOf({})).not.toContain('Left out');
  });

  it('tells a head that was no better than its start from stages that were not', () => {
    const settings = { ...DEFAULT_TRAIN_SETTINGS, fineTune: DEFAULT_FINE_TUNE };
    const tuned = SAMPLE_DESCRIPTION.curve.map((epoch) => ({ ...epoch, phase: 'fineTune' as const }));
    expect(cardOf({ settings, bestEpoch: 0 })).toContain('A head on the frozen backbone');
    expect(cardOf({ settings, bestEpoch: 0, curve: tuned })).toContain('the last stages of the backbone');
  });

  it('says of a network from scratch that nothing of it is published', () => {
    const { fingerprint: _, ...info } = SAMPLE_DESCRIPTION.backbone;
    const card = cardOf({ backbone: freshBackboneInfo({ ...info, id: 'plain-cnn' }) });
    expect(card).toContain('All of the network, from scratch, plain\\-cnn');
    expect(card).not.toContain('Fingerprint');
  });
});
