/** A recipe: how a tutorial, or a run, sets everything, as a small file that can be handed on. */
import type { TrainSettings } from '../trainSettings.ts';

/** What is said of a recipe in its own file. */
export interface RunRecipe {
  readonly name: string;
  /** What is not among them is as the app has it when nobody sets anything. */
  readonly settings: Partial<TrainSettings>;
}

export const RECIPE_FORMAT = 'headstart-recipe';
export const RECIPE_VERSION = 1;

/** The file's text. */
export function writeRecipe({ name, settings }: RunRecipe): string {
  return `${JSON.stringify({ format: RECIPE_FORMAT, version: RECIPE_VERSION, name, settings }, null, 2)}\n`;
}
