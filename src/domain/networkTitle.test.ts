import { describe, expect, it } from 'vitest';
import { MOST_TITLE, titleOfBackbone, titleOfFresh, titleOfRun } from './networkTitle.ts';
import { DEFAULT_TRAIN_SETTINGS } from './trainSettings.ts';

describe('the title of a network', () => {
  it('is that of its file, also in records of earlier versions', () => {
    const definition = JSON.stringify({ format: 'headstart-network', title: 'Mine', nodes: [] });
    expect(titleOfFresh({ backboneId: 'defined', inputSizePx: 32, definition }, [])).toBe('Mine');
    expect(titleOfBackbone({ id: 'defined', definition })).toBe('Mine');
  });

  it('is what the model was made with, whatever it is called here', () => {
    expect(titleOfBackbone({ id: 'resnet50', title: 'ResNet50' })).toBe('ResNet50');
  });

  it('of a run from scratch is what it was called then, and what the list calls it in runs of earlier versions', () => {
    const settings = {
      ...DEFAULT_TRAIN_SETTINGS,
      fromScratch: { backboneId: 'plain-cnn', inputSizePx: 32 },
    };
    const listed = [{ id: 'plain-cnn', title: 'Plain CNN' }];
    expect(titleOfRun({ settings, networkTitle: 'Of then' }, listed)).toBe('Of then');
    expect(titleOfRun({ settings }, listed)).toBe('Plain CNN');
    expect(titleOfRun({ settings }, [])).toBe('plain-cnn');
    expect(titleOfRun({ settings: DEFAULT_TRAIN_SETTINGS }, listed)).toBeUndefined();
  });

  it('is cut where a file holds a page in its place', () => {
    const title = 'x'.repeat(1_000_000);
    const definition = JSON.stringify({ title });
    const short = `${'x'.repeat(MOST_TITLE - 1)}…`;
    expect(titleOfFresh({ backboneId: 'defined', inputSizePx: 32, definition }, [])).toBe(short);
    expect(titleOfBackbone({ id: 'defined', definition })).toBe(short);
    expect(titleOfBackbone({ id: 'resnet50', title })).toBe(short);
    const longest = 'y'.repeat(MOST_TITLE);
    expect(titleOfBackbone({ id: 'defined', definition: JSON.stringify({ title: longest }) })).toBe(longest);
  });

  it.each(['not JSON', '[]', 'null', '{"title":5}', '{"title":""}'])(
    'is its id where the file has none: %s',
    (definition) => {
      expect(titleOfBackbone({ id: 'defined', definition })).toBe('defined');
    },
  );
});
