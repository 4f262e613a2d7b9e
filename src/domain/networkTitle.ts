/** What a network is called, for those who read of a model or a run. */
import type { BackboneInfo } from './model.ts';
import { isPlain } from './olderVersions.ts';
import type { FreshNetwork } from './trainSettings.ts';

/** Of definitions that were asked for: one may be a page of its own, and lists ask for each again and again. */
const known = new Map<string, string | null>();

/** As its file says; null where that cannot be read, which is told where the network is built. */
function titleOfDefinition(definition: string): string | null {
  const before = known.get(definition);
  if (before !== undefined) return before;
  let file: unknown = null;
  try {
    file = JSON.parse(definition);
  } catch {
    // Named by its id then.
  }
  const title = isPlain(file) && typeof file.title === 'string' && file.title !== '' ? file.title : null;
  known.set(definition, title);
  return title;
}

/** Of a network that begins with fresh weights. */
export function titleOfFresh({ backboneId, definition }: FreshNetwork): string {
  return (definition === undefined ? null : titleOfDefinition(definition)) ?? backboneId;
}

/** Of the network behind a model; models of earlier versions know their own title only where it was defined in a file. */
export function titleOfBackbone({
  id,
  title,
  definition,
}: Pick<BackboneInfo, 'id' | 'title' | 'definition'>): string {
  return title ?? titleOfFresh({ backboneId: id, inputSizePx: 0, definition });
}
