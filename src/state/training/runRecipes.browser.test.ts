import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OwnBackbone } from '../../domain/ownBackbone.ts';
import { readRecipe } from '../../domain/recipes/readRecipe.ts';
import { type RunRecipe, writeRecipe } from '../../domain/recipes/recipe.ts';
import { DEFAULT_TRAIN_SETTINGS } from '../../domain/trainSettings.ts';
import english from '../../i18n/en/train.json';
import chinese from '../../i18n/zh-CN/train.json';
import { BACKBONES } from '../../network/backbones/registry.ts';
import { deleteStoredBackbone, saveBackbone } from '../../storage/storedBackbones.ts';
import { preferencesStore, setPreferences } from '../shell/preferences.ts';
import { nextRunStore } from './nextRun.ts';
import { applyRecipe, loadRecipe, openRecipe, RECIPE_IDS } from './runRecipes.ts';

const EMPTY = { name: 'empty', nodes: [], weights: {} };
const ownOf = (backboneId: string): OwnBackbone => ({
  ...{ fingerprint: 'f'.repeat(64), backboneId, fileName: 'a.pth', addedAt: '2026-11-27T00:00:00Z' },
  ...{ inputSizePx: 224, sizeBytes: 1, preprocessing: null, knowsImagenet: false },
  fit: { naming: 'keras', found: 1, extra: [], extraCount: 0 },
});
const settingsNow = () => nextRunStore.getState().settings;
const text = (more: object) =>
  JSON.stringify({ format: 'headstart-recipe', version: 1, name: 'a', settings: {}, ...more });
const codeOf = (run: () => unknown) => {
  try {
    run();
  } catch (thrown) {
    return thrown;
  }
  return null;
};

afterEach(async () => {
  await deleteStoredBackbone('f'.repeat(64));
  setPreferences({ backbone: null });
});
beforeEach(() => nextRunStore.setState({ settings: DEFAULT_TRAIN_SETTINGS }));

describe.each(RECIPE_IDS)('the recipe %s', (id) => {
  it('is right, has words in both languages, and sets the next run', async () => {
    const recipe = await loadRecipe(id);
    const { name, settings, backboneId } = readRecipe(JSON.stringify(recipe));
    expect({ name, settings }).toEqual({ name: recipe.name, settings: recipe.settings });
    expect(backboneId).toBe(recipe.backboneId);
    for (const words of [english, chinese]) {
      const said: Readonly<Record<string, unknown>> = words.recipes;
      expect(said[id]).toEqual({ label: expect.any(String), help: expect.any(String) });
    }
    if (backboneId !== undefined) {
      expect(BACKBONES.map((one) => one.id)).toContain(backboneId);
      await expect(applyRecipe(recipe)).rejects.toMatchObject({ code: 'recipeWantsWeights' });
      expect(settingsNow()).toEqual(DEFAULT_TRAIN_SETTINGS);
      await saveBackbone(ownOf(backboneId), { features: EMPTY, top: null });
    }
    await applyRecipe(recipe);
    expect(preferencesStore.getState().backbone).toBe(backboneId === undefined ? null : 'f'.repeat(64));
    expect(settingsNow()).toEqual({ ...DEFAULT_TRAIN_SETTINGS, ...recipe.settings });
    const { fromScratch } = settingsNow();
    if (fromScratch) expect(BACKBONES.map((one) => one.id)).toContain(fromScratch.backboneId);
  });
});

describe('recipes as files', () => {
  it('come back as they went out, with all settings', async () => {
    const recipe: RunRecipe = { name: '我的 recipe', settings: { ...DEFAULT_TRAIN_SETTINGS, epochs: 7 } };
    expect(readRecipe(writeRecipe(recipe))).toEqual(recipe);
    await openRecipe(new Blob([writeRecipe(recipe)]));
    expect(settingsNow()).toEqual(recipe.settings);
  });

  it.each([
    ['no JSON', '{', { code: 'recipeUnreadable', details: { what: 'JSON' } }],
    ['another file', '{"format":"other"}', { code: 'recipeUnreadable', details: { what: 'format' } }],
    ['a later version', text({ version: 2 }), { code: 'recipeFromLater' }],
    [
      'a number that is none',
      text({ settings: { epochs: 'ten' } }),
      { code: 'recipeUnreadable', details: { what: 'settings.epochs' } },
    ],
    [
      'a name that is none of ours',
      text({ settings: { learningRat: 1 } }),
      { code: 'recipeUnreadable', details: { what: 'settings.learningRat' } },
    ],
    ['much more than a recipe', `"${'a'.repeat(3_000_001)}"`, { code: 'recipeUnreadable' }],
  ])('are refused with what is wrong: %s', async (_, content, expected) => {
    expect(codeOf(() => readRecipe(content))).toMatchObject(expected);
    await expect(openRecipe(new Blob([content]))).rejects.toMatchObject({ code: expected.code });
    expect(settingsNow()).toEqual(DEFAULT_TRAIN_SETTINGS);
  });
});
