/** Zod as this program uses it: its compiled checks need `new Function`, which the page's security policy forbids. */
import { z } from 'zod';

z.config({ jitless: true });

/**
 * A list that is measured before any of its elements is looked at: `z.array(…).max(…)` goes through all of them first,
 * and a file may list millions.
 * @param most elements
 */
export function shortList<Element extends z.ZodType>(element: Element, most: number) {
  const isShort = (value: unknown) => Array.isArray(value) && value.length <= most;
  return z.custom<z.input<Element>[]>(isShort, `no list, or one of more than ${most}`).pipe(z.array(element));
}

export { z };
