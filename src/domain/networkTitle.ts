/** What a network is called, for those who read of a model or a run. */
import type { BackboneInfo } from './model.ts';
import type { NetworkFacts } from './networkFacts.ts';
import { isPlain } from './olderVersions.ts';
import type { RunRecord } from './runRecord.ts';
import type { FreshNetwork } from './trainSettings.ts';

/** Letters of a title. A file may hold any text in its place, and lists would show all of it. */
export const MOST_TITLE = 100;

type Defined = Pick<FreshNetwork, 'definition'>;

/** Of networks that were asked for: a definition may be a page of its own, and lists ask again and again. It goes with them. */
const known = new WeakMap<Defined, string | null>();

function shortened(title: string): string {
  return title.length > MOST_TITLE ? `${title.slice(0, MOST_TITLE - 1)}…` : title;
}

function readTitle(definition: string): string | null {
  try {
    const file: unknown = JSON.parse(definition);
    return isPlain(file) && typeof file.title === 'string' && file.title !== ''
      ? shortened(file.title)
      : null;
  } catch {
    // Named by its id then.
    return null;
  }
}

/** As its file says; null where that cannot be read, which is told where the network is built. */
function titleOfDefined(network: Defined): string | null {
  if (network.definition === undefined) return null;
  const before = known.get(network);
  if (before !== undefined) return before;
  const title = readTitle(network.definition);
  known.set(network, title);
  return title;
}

/** What is known of the networks of the list; nothing before the engine was first ready. */
export type ListedTitles = readonly Pick<NetworkFacts, 'id' | 'title'>[];

/** Of a network that begins with fresh weights; its id where nothing else is known. */
export function titleOfFresh(network: FreshNetwork, listed: ListedTitles): string {
  const { backboneId } = network;
  return titleOfDefined(network) ?? listed.find(({ id }) => id === backboneId)?.title ?? backboneId;
}

/** Of the network that a run trained from scratch; undefined for others. Runs of earlier versions do not know it. */
export function titleOfRun(
  { settings, networkTitle }: Pick<RunRecord, 'settings' | 'networkTitle'>,
  listed: ListedTitles,
): string | undefined {
  if (!settings.fromScratch) return undefined;
  return networkTitle ?? titleOfFresh(settings.fromScratch, listed);
}

/** Of the network behind a model; models of earlier versions know their own title only where it was defined in a file. */
export function titleOfBackbone(backbone: Pick<BackboneInfo, 'id' | 'title' | 'definition'>): string {
  const { id, title } = backbone;
  return title === undefined ? (titleOfDefined(backbone) ?? id) : shortened(title);
}
