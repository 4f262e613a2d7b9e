/** What each output of a network must be kept as: real numbers, 7-bit codes, or both, and with how wide a border. */
import type { Padding } from '../../../../network/network.ts';
import type { ActivationRanges } from '../../../../network/quantise.ts';
import type { CoveredNode, Unit } from './fuse.ts';

export interface Need {
  floats: boolean;
  codes: boolean;
  border: Record<'floats' | 'codes', Padding>;
}

export const NO_BORDER: Padding = { top: 0, bottom: 0, left: 0, right: 0 };

/** The larger of each side. */
export function widest(a: Padding, b: Padding): Padding {
  return {
    top: Math.max(a.top, b.top),
    bottom: Math.max(a.bottom, b.bottom),
    left: Math.max(a.left, b.left),
    right: Math.max(a.right, b.right),
  };
}

/** What they put out lies within what they read. */
const POOLS: readonly CoveredNode['op'][] = ['maxPool', 'avgPool', 'globalAvgPool', 'globalMaxPool'];

/** Upper bounds of each unit's output where they are known, which also says that it is never negative. */
export function knownRanges(
  units: readonly Unit[],
  channelsOf: (unit: Unit) => number,
  ranges: ActivationRanges,
): ReadonlyMap<string, readonly number[]> {
  const known = new Map<string, readonly number[]>();
  const expand = (unit: Unit, own: readonly number[]) =>
    own.length === 1 ? new Array<number>(channelsOf(unit)).fill(own[0] as number) : own;
  const byOutput = new Map(units.map((unit) => [unit.output, unit]));
  for (const unit of units) {
    const { op } = unit.node;
    if (POOLS.includes(op)) {
      const own = known.get(unit.inputs[0] ?? '');
      if (own) known.set(unit.output, own);
    } else if (op === 'flatten') {
      const own = known.get(unit.inputs[0] ?? '');
      const times = own?.length === 1 ? 1 : channelsOf(unit) / (own?.length ?? 1);
      if (own) known.set(unit.output, new Array<readonly number[]>(times).fill(own).flat());
    } else if (op === 'concat') {
      const parts = unit.inputs.map((name) => {
        const part = known.get(name);
        const source = byOutput.get(name);
        return part && source ? expand(source, part) : null;
      });
      if (parts.every((part) => part !== null)) known.set(unit.output, parts.flat());
    } else if (unit.bounds.lowest === 0) {
      const own = ranges[unit.output];
      if (own)
        known.set(
          unit.output,
          own.map((range) => Math.min(range, unit.bounds.highest)),
        );
    }
  }
  return known;
}

/** Those that only move codes about, so that codes are enough where only codes are wanted. */
const MOVES_CODES: readonly CoveredNode['op'][] = ['maxPool', 'concat', 'flatten'];

export function canStayCodes({ node }: Unit, { codes, floats }: Pick<Need, 'codes' | 'floats'>): boolean {
  return codes && !floats && MOVES_CODES.includes(node.op);
}

/** Which form of each output its readers want, from the last unit to the first. */
export function findNeeds(
  units: readonly Unit[],
  known: ReadonlyMap<string, readonly number[]>,
): ReadonlyMap<string, Need> {
  const needs = new Map<string, Need>(
    units.map(({ output }) => [
      output,
      { floats: false, codes: false, border: { floats: NO_BORDER, codes: NO_BORDER } },
    ]),
  );
  const needOf = (name: string) => needs.get(name) as Need;
  const last = units.at(-1);
  if (last) needOf(last.output).floats = true;
  for (const unit of [...units].reverse()) {
    const isInCodes = canStayCodes(unit, needOf(unit.output));
    for (const name of unit.inputs) {
      const need = needOf(name);
      const isCoded = known.has(name);
      if (unit.node.op === 'conv2d') {
        const form = isCoded ? 'codes' : 'floats';
        need[form] = true;
        need.border[form] = widest(need.border[form], unit.node.padding);
      } else if (isInCodes) need.codes = true;
      else need.floats = true;
    }
    if (unit.residual !== null) needOf(unit.residual).floats = true;
  }
  return needs;
}
