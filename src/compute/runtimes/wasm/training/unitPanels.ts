/** How the kernel of a dense layer lies, and the room that such a layer works in. */
import type { TrainableStep } from '../../../training/trainablePlan.ts';
import { BLOCK, PANEL } from '../assembly/tileShape.ts';
import { FLOAT_BYTES, roundUp } from '../memory.ts';

/** Inputs are filled up to whole tiles, forward and backward. */
const INPUT_STEP = 2 * BLOCK;

/** A dense kernel as `[panels, paddedInputs, PANEL]`, panels of units; what fills it up is zero and stays so. */
export interface UnitShape {
  readonly inputs: number;
  readonly units: number;
  readonly paddedInputs: number;
  readonly panels: number;
}

/** null for what is no dense layer. */
export function unitPanelsOf({ node, inputShapes }: TrainableStep): UnitShape | null {
  if (node.op !== 'dense') return null;
  const inputs = inputShapes[0]?.at(-1) ?? 1;
  const { units } = node;
  return { inputs, units, paddedInputs: roundUp(inputs, INPUT_STEP), panels: Math.ceil(units / PANEL) };
}

/** Numbers of all panels. */
export function unitLength({ paddedInputs, panels }: UnitShape): number {
  return panels * paddedInputs * PANEL;
}

/** Calls `copy` for each run of units of an input: place in panels, place in the network, step there, count. */
export function eachUnitRun(
  { inputs, units, paddedInputs, panels }: UnitShape,
  copy: (packed: number, plain: number, step: number, count: number) => void,
): void {
  for (let panel = 0; panel < panels; panel++) {
    const first = panel * PANEL;
    const count = Math.min(PANEL, units - first);
    for (let input = 0; input < inputs; input++) {
      copy((panel * paddedInputs + input) * PANEL, input * units + first, 1, count);
    }
  }
}

/** Bytes that a dense layer needs to work in. */
export interface DenseRoom {
  /** For its inputs, packed for a product with the weights, or with the gradient. */
  readonly inputs: number;
  /** For its outputs in whole tiles, or for their gradient in panels. */
  readonly outputs: number;
}

/** @param rows of a pass */
export function denseRoomOf({ paddedInputs, panels }: UnitShape, rows: number): DenseRoom {
  const paddedRows = roundUp(rows, BLOCK);
  return {
    inputs: paddedRows * paddedInputs * FLOAT_BYTES,
    outputs: paddedRows * panels * PANEL * FLOAT_BYTES,
  };
}
