/** Undo as a list of values: pure, for any immutable value. */
import type { NoticeValues } from '../shell/notices.ts';

/** One change that can be taken back. */
export interface Step<Value> {
  readonly id: number;
  /** What was there before it (on the undo list), or after it (on the redo list). */
  readonly value: Value;
  /** `namespace:key` that names the change. */
  readonly labelKey: string;
  readonly values: NoticeValues;
}

export interface History<Value> {
  readonly present: Value;
  readonly undo: readonly Step<Value>[];
  readonly redo: readonly Step<Value>[];
}

/** Values share almost all of their parts, so many steps cost little; more than these nobody walks back. */
const MOST_STEPS = 100;
let nextId = 1;

/**
 * Makes `next` the present and remembers what was.
 * @param mergeWithLast a slider moved by many small steps is one change: only the value before the first is kept
 */
export function record<Value>(
  history: History<Value>,
  next: Value,
  labelKey: string,
  values: NoticeValues = {},
  mergeWithLast = false,
): History<Value> {
  const last = history.undo.at(-1);
  if (mergeWithLast && last?.labelKey === labelKey) return { ...history, present: next, redo: [] };
  const step: Step<Value> = { id: nextId++, value: history.present, labelKey, values };
  return { present: next, undo: [...history.undo, step].slice(-MOST_STEPS), redo: [] };
}

/** Takes the last change back; the same history if there is none. */
export function stepBack<Value>(history: History<Value>): History<Value> {
  const last = history.undo.at(-1);
  if (!last) return history;
  return {
    present: last.value,
    undo: history.undo.slice(0, -1),
    redo: [...history.redo, { ...last, value: history.present }],
  };
}

/** Makes the change that was taken back last once more. */
export function stepForward<Value>(history: History<Value>): History<Value> {
  const last = history.redo.at(-1);
  if (!last) return history;
  return {
    present: last.value,
    undo: [...history.undo, { ...last, value: history.present }],
    redo: history.redo.slice(0, -1),
  };
}

/**
 * Begins a change that grows by `amend`, with nothing in it yet. Pictures come when they come: what was taken back
 * meanwhile can be done again.
 * @param isKept tells which steps of the redo list stay
 */
export function begin<Value>(
  history: History<Value>,
  labelKey: string,
  isKept: (step: Step<Value>) => boolean,
): History<Value> {
  return { ...record(history, history.present, labelKey), redo: history.redo.filter(isKept) };
}

/**
 * Changes the present and every value remembered after step `since`, without a step of its own:
 * pictures that are still arriving must not vanish when a later rename is undone.
 */
export function amend<Value>(
  history: History<Value>,
  since: number,
  change: (value: Value) => Value,
): History<Value> {
  const changed = (step: Step<Value>) => ({ ...step, value: change(step.value) });
  // One that is so old that it is no longer remembered comes before all.
  const at = history.undo.findIndex(({ id }) => id === since);
  return {
    present: change(history.present),
    undo: history.undo.map((step, index) => (index > at ? changed(step) : step)),
    redo: history.redo.map(changed),
  };
}

/** Changes the present and every value remembered, where what lies outside the history has changed. */
export function amendAll<Value>(history: History<Value>, change: (value: Value) => Value): History<Value> {
  return amend(history, Number.NaN, change);
}
