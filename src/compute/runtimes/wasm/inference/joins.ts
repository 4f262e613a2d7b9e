/**
 * Where the parts of concatenations lie: each is written at once into the map that joins them, so that to concatenate
 * costs nothing, however often a network adds to a growing map (Huang et al., "Densely Connected Convolutional
 * Networks", 2017, figure 1).
 */
import { PANEL } from '../assembly/tileShape.ts';
import type { Unit } from './fuse.ts';

/** Some channels of the map that a concatenation makes. */
export interface Home {
  /** Output of the concatenation. */
  readonly root: string;
  readonly firstChannel: number;
}

type ChannelsOf = (name: string) => number;

/** Kernels write eight channels at a time: what they write too much must not fall onto another part. */
function fits(channels: number, { root, firstChannel }: Home, channelsOf: ChannelsOf): boolean {
  if (channels % PANEL === 0) return true;
  return firstChannel % PANEL === 0 && firstChannel + channels === channelsOf(root);
}

/** The home of a concatenation whose parts, for another one, lie in its order already. */
function homeOfParts(
  { inputs }: Unit,
  homes: ReadonlyMap<string, Home>,
  channelsOf: ChannelsOf,
): Home | null {
  const [first] = inputs.map((name) => homes.get(name));
  if (!first) return null;
  let firstChannel = first.firstChannel;
  for (const name of inputs) {
    const home = homes.get(name);
    if (home?.root !== first.root || home.firstChannel !== firstChannel) return null;
    firstChannel += channelsOf(name);
  }
  return first;
}

/**
 * Homes by the name of an output, of concatenations and of their parts; what has none lies in a map of its own. A part
 * that lies elsewhere than a concatenation wants it is copied when that runs.
 * @param units in the order in which they run
 * @param isJoined whether a concatenation is put together from its parts, in the form that is looked at
 */
export function findHomes(
  units: readonly Unit[],
  channelsOf: ChannelsOf,
  isJoined: (unit: Unit) => boolean,
): ReadonlyMap<string, Home> {
  const homes = new Map<string, Home>();
  const pictures = new Set(units.flatMap(({ node, output }) => (node.op === 'input' ? [output] : [])));
  // From the last one, which is the largest where a map grows, so that the earlier ones are parts of it.
  for (const unit of [...units].reverse()) {
    if (unit.node.op !== 'concat' || !isJoined(unit)) continue;
    const own = homes.get(unit.output) ??
      homeOfParts(unit, homes, channelsOf) ?? { root: unit.output, firstChannel: 0 };
    homes.set(unit.output, own);
    let { firstChannel } = own;
    for (const name of unit.inputs) {
      const home: Home = { root: own.root, firstChannel };
      const channels = channelsOf(name);
      if (!homes.has(name) && !pictures.has(name) && fits(channels, home, channelsOf)) homes.set(name, home);
      firstChannel += channels;
    }
  }
  return homes;
}
