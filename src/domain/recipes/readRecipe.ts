/** Reads a recipe from a file: loaded once there is one. */
import { AppError } from '../../shared/errors.ts';
import { z } from '../../shared/zod.ts';
import { settingsSchema } from '../modelSchema.ts';
import { isPlain } from '../olderVersions.ts';
import { RECIPE_FORMAT, RECIPE_VERSION, type RunRecipe } from './recipe.ts';

/** Beyond any recipe, with the definition of a network in it. */
const MOST_CHARACTERS = 3_000_000;

const headSchema = z.object({ format: z.literal(RECIPE_FORMAT), version: z.number().int().min(1) });
// Without their defaults, so that what a recipe does not say stays unsaid; an unknown name is a slip, and is named.
const unsaid = Object.fromEntries(
  Object.entries(settingsSchema.shape).map(([key, schema]) => [
    key,
    (schema instanceof z.ZodDefault ? schema.unwrap() : schema).optional(),
  ]),
);
const recipeSchema = z.strictObject({
  format: z.literal(RECIPE_FORMAT),
  version: z.number(),
  name: z.string().min(1).max(200),
  backboneId: z
    .string()
    .regex(/^[\w-]{1,64}$/)
    .optional(),
  settings: z.strictObject(unsaid),
});

/** Of the first thing that is wrong. */
function placeOf({ issues: [issue] }: z.ZodError): string {
  const path = (issue?.path ?? []).join('.');
  const keys = issue?.code === 'unrecognized_keys' ? issue.keys.join(', ') : '';
  return [path, keys].filter((part) => part !== '').join('.') || (issue?.message ?? '');
}

/** @throws AppError `recipeUnreadable`, with `what` is wrong; `recipeFromLater` */
export function readRecipe(text: string): RunRecipe {
  let value: unknown;
  try {
    value = text.length > MOST_CHARACTERS ? null : JSON.parse(text);
  } catch (thrown) {
    throw new AppError('recipeUnreadable', { what: 'JSON' }, { cause: thrown });
  }
  const head = headSchema.safeParse(value);
  if (!head.success || !isPlain(value)) throw new AppError('recipeUnreadable', { what: 'format' });
  if (head.data.version > RECIPE_VERSION) throw new AppError('recipeFromLater');
  const parsed = recipeSchema.safeParse(value);
  if (!parsed.success) {
    throw new AppError('recipeUnreadable', { what: placeOf(parsed.error) }, { cause: parsed.error });
  }
  const { name, backboneId, settings } = parsed.data;
  // The schemas of the settings have just said what each of them is.
  const recipe = { name, settings: settings as RunRecipe['settings'] };
  return backboneId === undefined ? recipe : { ...recipe, backboneId };
}
