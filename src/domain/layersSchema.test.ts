/** Layers that a person chose, as a recipe, a record or a model file brings them. */
import { describe, expect, it } from 'vitest';
import { readRecipe } from './recipes/readRecipe.ts';
import { writeRecipe } from './recipes/recipe.ts';
import type { FreshNetwork } from './trainSettings.ts';

const network = (layers: unknown) =>
  ({ backboneId: 'plain-cnn', inputSizePx: 32, layers }) as unknown as FreshNetwork;
const again = (layers: unknown) =>
  readRecipe(writeRecipe({ name: 'a', settings: { fromScratch: network(layers) } })).settings.fromScratch;

describe('layers in a recipe', () => {
  it('come back as they were, and need not be there', () => {
    const layers = { filters: [16, 32], denseUnits: 64 };
    expect(again(layers)).toEqual(network(layers));
    expect(again(undefined)).toEqual({ backboneId: 'plain-cnn', inputSizePx: 32 });
  });

  it.each([
    ['no convolution', { filters: [], denseUnits: 8 }],
    ['more convolutions than any picture has room for', { filters: Array(9).fill(8), denseUnits: 8 }],
    ['half a filter', { filters: [0.5], denseUnits: 8 }],
    ['more filters than anybody means', { filters: [1e9], denseUnits: 8 }],
    ['no dense layer', { filters: [8] }],
    ['a dense layer of nothing', { filters: [8], denseUnits: 0 }],
  ])('are refused: %s', (_what, layers) => {
    expect(() => again(layers)).toThrow(
      expect.objectContaining({
        code: 'recipeUnreadable',
        details: { what: expect.stringContaining('fromScratch.layers') },
      }),
    );
  });
});
