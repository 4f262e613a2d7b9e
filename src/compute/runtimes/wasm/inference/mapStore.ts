/** Gives each output of a network its place in a buffer while it is planned, and takes it back behind the last reader. */
import type { Unit } from './fuse.ts';
import { findHomes } from './joins.ts';
import { createBufferPool, isSameSpec, type MapSpec, type MapView, strideOf } from './mapBuffers.ts';
import { canStayCodes, type Need, widest } from './needs.ts';
import type { Outputs } from './steps.ts';

export type MapForm = 'floats' | 'codes';
/** `[height, width, channels]` */
export type MapShape = readonly [number, number, number];

export interface MapStore {
  readonly specs: readonly MapSpec[];
  /** Room for a unit's output. */
  take(unit: Unit, form: MapForm): MapView;
  /** The same in float32, over the unit's residual where nothing else reads that any more: half the memory, and it is in the cache. */
  takeOverResidual(unit: Unit): MapView;
  /** Rooms that are free again at once. */
  takeForNow(...specs: readonly MapSpec[]): number[];
  /** Whether the unit's output lies there where its parts have been written to. */
  viewOf(name: string, form: MapForm): MapView;
  /** The unit is planned: what it reads is read once less. */
  finish(unit: Unit, outputs: Outputs): void;
}

export function readBy(unit: Unit): readonly string[] {
  return unit.residual === null ? unit.inputs : [...unit.inputs, unit.residual];
}

function isConvOrNoReader(unit: Unit, name: string): boolean {
  return !readBy(unit).includes(name) || unit.node.op === 'conv2d';
}

/** A buffer and those whose outputs lie in it. */
interface Room {
  readonly members: string[];
  buffer: number | null;
  /** Until it may be given to others. */
  readsLeft: number;
}

export function createMapStore(
  units: readonly Unit[],
  shapes: ReadonlyMap<string, MapShape>,
  needs: ReadonlyMap<string, Need>,
): MapStore {
  const pool = createBufferPool();
  const byOutput = new Map(units.map((unit) => [unit.output, unit]));
  const shapeOf = (name: string) => shapes.get(name) as MapShape;
  const channelsOf = (name: string) => shapeOf(name)[2];
  const needOf = (name: string) => needs.get(name) as Need;
  const homes = {
    floats: findHomes(units, channelsOf, ({ output }) => needOf(output).floats),
    codes: findHomes(units, channelsOf, (unit) => canStayCodes(unit, needOf(unit.output))),
  };
  const homeOf = (name: string, form: MapForm) => homes[form].get(name) ?? { root: name, firstChannel: 0 };

  const readers = new Map<string, number>();
  for (const name of units.flatMap(readBy)) readers.set(name, (readers.get(name) ?? 0) + 1);
  const rooms = { floats: new Map<string, Room>(), codes: new Map<string, Room>() };
  for (const form of ['floats', 'codes'] as const) {
    for (const { output } of units) {
      const { root } = homeOf(output, form);
      const room = rooms[form].get(root) ?? { members: [], buffer: null, readsLeft: 0 };
      rooms[form].set(root, room);
      room.members.push(output);
      room.readsLeft += readers.get(output) ?? 0;
    }
  }
  const roomOf = (name: string, form: MapForm) => rooms[form].get(homeOf(name, form).root) as Room;
  const made = new Map<string, Outputs>();

  function specOf(root: string, form: MapForm): MapSpec {
    const [height, width, channels] = shapeOf(root);
    const elementBytes = form === 'floats' ? 4 : 1;
    // A picture's three channels lie close, so that a line of a window is one run; only convolutions read it like that.
    const isTight =
      byOutput.get(root)?.node.op === 'input' && units.every((reader) => isConvOrNoReader(reader, root));
    const borders = (rooms[form].get(root) as Room).members.map((name) => needOf(name).border[form]);
    return {
      height,
      width,
      channels,
      stride: isTight ? channels : strideOf(channels, elementBytes),
      elementBytes,
      border: borders.reduce(widest),
    };
  }

  function take({ output }: Unit, form: MapForm): MapView {
    const { root, firstChannel } = homeOf(output, form);
    const room = roomOf(output, form);
    room.buffer ??= pool.acquire(specOf(root, form));
    return { buffer: room.buffer, firstChannel, channels: channelsOf(output) };
  }

  function viewOf(name: string, form: MapForm): MapView {
    const view = made.get(name)?.[form];
    if (!view) throw new Error(`${name} is not there in ${form}`);
    return view;
  }

  return {
    specs: pool.specs,
    take,
    takeOverResidual(unit) {
      const { output, residual } = unit;
      const room = roomOf(output, 'floats');
      const old = residual === null ? null : roomOf(residual, 'floats');
      const isFree = old?.readsLeft === 1 && old.members.length === 1 && room.members.length === 1;
      if (isFree && old.buffer !== null) {
        if (isSameSpec(pool.specs[old.buffer] as MapSpec, specOf(output, 'floats'))) {
          room.buffer = old.buffer;
          old.buffer = null;
        }
      }
      return take(unit, 'floats');
    },
    takeForNow(...specs) {
      const buffers = specs.map((spec) => pool.acquire(spec));
      for (const buffer of buffers) pool.release(buffer);
      return buffers;
    },
    viewOf,
    finish(unit, outputs) {
      made.set(unit.output, outputs);
      for (const name of readBy(unit)) {
        for (const form of ['floats', 'codes'] as const) {
          const room = roomOf(name, form);
          room.readsLeft--;
          if (room.readsLeft > 0 || room.buffer === null) continue;
          pool.release(room.buffer);
          room.buffer = null;
        }
      }
    },
  };
}
