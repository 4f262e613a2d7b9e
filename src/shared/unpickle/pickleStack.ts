/** Where a pickle keeps the values it is building: the stack with its marks, and the memo for what comes again. */
import { brokenPickle, type PickleLimits, type PickleValue } from './pickleValue.ts';

export interface PickleStack {
  push(value: PickleValue): void;
  pop(): PickleValue;
  top(): PickleValue;
  mark(): void;
  /** All since the last mark, which is taken away. */
  popMark(): PickleValue[];
  /** POP takes a mark where there is nothing behind it. */
  drop(): void;
  put(key: number): void;
  get(key: number): PickleValue;
  memoize(): void;
}

/** An empty one. All of it throws AppError `pickleUnreadable` where something is missing or beyond the limits. */
export function createPickleStack(limits: PickleLimits): PickleStack {
  const values: PickleValue[] = [];
  const marks: number[] = [];
  const memo = new Map<number, PickleValue>();
  let pushed = 0;
  const floor = () => marks.at(-1) ?? 0;
  function top(): PickleValue {
    const value = values.length > floor() ? values.at(-1) : undefined;
    if (value === undefined) throw brokenPickle('the stack is empty');
    return value;
  }
  function pop(): PickleValue {
    const value = top();
    values.pop();
    return value;
  }
  function put(key: number): void {
    if (!memo.has(key) && memo.size >= limits.memoEntries) throw brokenPickle('too many entries in the memo');
    memo.set(key, top());
  }
  return {
    top,
    pop,
    put,
    push(value) {
      pushed += 1;
      if (pushed > limits.values) throw brokenPickle('too many values');
      values.push(value);
    },
    mark() {
      if (marks.length >= limits.depth) throw brokenPickle('too deep');
      marks.push(values.length);
    },
    popMark() {
      const start = marks.pop();
      if (start === undefined) throw brokenPickle('no mark');
      return values.splice(start);
    },
    drop() {
      if (marks.length > 0 && values.length === floor()) marks.pop();
      else pop();
    },
    memoize: () => put(memo.size),
    get(key) {
      const value = memo.get(key);
      if (value === undefined) throw brokenPickle(`nothing in the memo at ${key}`);
      return value;
    },
  };
}
