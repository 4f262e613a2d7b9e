/** The recipes there are, and those that people bring: each sets the next run. */
import { type RunRecipe, writeRecipe } from '../../domain/recipes/recipe.ts';
import { DEFAULT_TRAIN_SETTINGS, type TrainSettings } from '../../domain/trainSettings.ts';
import { AppError } from '../../shared/errors.ts';
import { loadOwnBackbones, ownBackbonesStore } from '../engine/ownBackbones.ts';
import { downloadFile } from '../models/download.ts';
import { preferencesStore } from '../shell/preferences.ts';
import { chooseBackbone } from './backboneInUse.ts';
import { changeTrainSettings, nextRunStore } from './nextRun.ts';
import { clearStartingPoint } from './startingPoint.ts';

/** Beyond any recipe: nobody waits for a film to be read as text. */
const MOST_BYTES = 3_000_000;

const FILES = import.meta.glob<RunRecipe>('../../domain/recipes/*.json', { import: 'default' });

/** Names of the files in `domain/recipes/`, in alphabetical order: a new one needs no line anywhere else but its words. */
export const RECIPE_IDS: readonly string[] = Object.keys(FILES)
  .map((path) => path.replace(/^.*\/|\.json$/g, ''))
  .sort();

/** @throws AppError `notFound` */
export async function loadRecipe(id: string): Promise<RunRecipe> {
  const load = FILES[`../../domain/recipes/${id}.json`];
  if (!load) throw new AppError('notFound', { what: id });
  return load();
}

/** The last that were brought of those that a recipe wants. @throws AppError `recipeWantsWeights` */
async function ownFor(backboneId: string): Promise<string> {
  await loadOwnBackbones();
  const own = ownBackbonesStore.getState().backbones.find((one) => one.backboneId === backboneId);
  if (!own) throw new AppError('recipeWantsWeights', { network: backboneId });
  return own.fingerprint;
}

/**
 * Everything is set as the recipe says, and what it does not say as the app has it; training begins afresh.
 * @throws AppError `recipeWantsWeights` where it is for a network whose weights are not here; nothing is set then
 */
export async function applyRecipe({
  settings,
  backboneId,
}: Pick<RunRecipe, 'settings' | 'backboneId'>): Promise<void> {
  const own = backboneId === undefined ? null : await ownFor(backboneId);
  chooseBackbone(own);
  clearStartingPoint();
  changeTrainSettings({ ...DEFAULT_TRAIN_SETTINGS, ...settings });
}

/** Reads a recipe that a person brought, and applies it. @throws AppError `recipeUnreadable`, `recipeFromLater`, `recipeWantsWeights` */
export async function openRecipe(file: Blob): Promise<RunRecipe> {
  if (file.size > MOST_BYTES) throw new AppError('recipeUnreadable', { what: 'size' });
  const { readRecipe } = await import('../../domain/recipes/readRecipe.ts');
  const recipe = readRecipe(await file.text());
  await applyRecipe(recipe);
  return recipe;
}

/** What a run learned over, or will, as far as it is weights that the person brought. */
function ownBackboneId(fingerprint: string | null): string | undefined {
  const { backbones } = ownBackbonesStore.getState();
  return backbones.find((own) => own.fingerprint === fingerprint)?.backboneId;
}

/** Hands the settings of a run to the downloads, all of them; those of the next one unless told. */
export function saveRecipe(
  name: string,
  settings: TrainSettings = nextRunStore.getState().settings,
  fingerprint: string | null = preferencesStore.getState().backbone,
): void {
  const stem = name
    .normalize('NFC')
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-+|-+$/g, '');
  const backboneId = settings.fromScratch ? undefined : ownBackboneId(fingerprint);
  const text = writeRecipe({ name, backboneId, settings: { ...DEFAULT_TRAIN_SETTINGS, ...settings } });
  downloadFile(new Blob([text], { type: 'application/json' }), `${stem || 'recipe'}.recipe.json`);
}
