/** labels.txt, the names of a model's classes in the order of its outputs. */
import type { ModelDescription } from '../domain/model.ts';

/** One class a line; a line break inside a name would move all that follow. */
export function labelLines({ classNames }: Pick<ModelDescription, 'classNames'>): string {
  return classNames.map((name) => `${name.replace(/[\r\n\u2028\u2029]+/g, ' ')}\n`).join('');
}
