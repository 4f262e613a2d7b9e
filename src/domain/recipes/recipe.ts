/** A recipe: how a tutorial, or a run, sets everything, as a small file that can be handed on. */
import type { TrainSettings } from '../trainSettings.ts';

/** What is said of a recipe in its own file. */
export interface RunRecipe {
  readonly name: string;
  /** The backbone whose weights the person must have brought; absent: the one that comes with the app, or none. */
  readonly backboneId?: string | undefined;
  /** What is not among them is as the app has it when nobody sets anything. */
  readonly settings: Partial<TrainSettings>;
}

export const RECIPE_FORMAT = 'headstart-recipe';
export const RECIPE_VERSION = 1;

/** The file's text. */
export function writeRecipe({ name, backboneId, settings }: RunRecipe): string {
  const recipe = { format: RECIPE_FORMAT, version: RECIPE_VERSION, name, backboneId, settings };
  return `${JSON.stringify(recipe, null, 2)}\n`;
}
