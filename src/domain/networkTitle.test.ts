import { describe, expect, it } from 'vitest';
import { titleOfBackbone, titleOfFresh } from './networkTitle.ts';

describe('the title of a network', () => {
  it('is that of its file, also in records of earlier versions', () => {
    const definition = JSON.stringify({ format: 'headstart-network', title: 'Mine', nodes: [] });
    expect(titleOfFresh({ backboneId: 'defined', inputSizePx: 32, definition })).toBe('Mine');
    expect(titleOfBackbone({ id: 'defined', definition })).toBe('Mine');
  });

  it('is what the model was made with, whatever it is called here', () => {
    expect(titleOfBackbone({ id: 'resnet50', title: 'ResNet50' })).toBe('ResNet50');
  });

  it.each(['not JSON', '[]', 'null', '{"title":5}', '{"title":""}'])(
    'is its id where the file has none: %s',
    (definition) => {
      expect(titleOfBackbone({ id: 'defined', definition })).toBe('defined');
    },
  );
});
