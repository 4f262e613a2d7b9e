/** Short messages at the edge of the page. State speaks in keys of the word table; the view finds the words. */
import { createStore } from 'zustand/vanilla';
import { type AppError, toAppError } from '../../shared/errors.ts';

export type NoticeKind = 'info' | 'success' | 'warning' | 'error';
export type NoticeValues = Readonly<Record<string, string | number>>;

export interface NoticeAction {
  /** `namespace:key` of the button's label. */
  readonly labelKey: string;
  readonly run: () => void;
}

export interface NoticeInput {
  readonly kind: NoticeKind;
  /** `namespace:key` of the sentence. */
  readonly messageKey: string;
  readonly values?: NoticeValues;
  /** `namespace:key` of a sentence that goes into the placeholder `what`, with the same values. */
  readonly whatKey?: string;
  readonly action?: NoticeAction;
  /** Stays until it is closed. */
  readonly sticky?: boolean;
  /** A later notice of the same topic takes the place of this one. */
  readonly topic?: string;
}

export type Notice =
  | (NoticeInput & { readonly id: number; readonly error: null })
  | { readonly id: number; readonly kind: 'error'; readonly error: AppError };

const MOST_AT_ONCE = 4;
let nextId = 1;

export const noticesStore = createStore<{ readonly notices: readonly Notice[] }>(() => ({ notices: [] }));

function add(notice: Notice, keep: (other: Notice) => boolean): void {
  noticesStore.setState(({ notices }) => ({
    notices: [...notices.filter(keep), notice].slice(-MOST_AT_ONCE),
  }));
}

/** Shows a message; answers its id for `dismissNotice`. */
export function notify(input: NoticeInput): number {
  const id = nextId++;
  const { topic } = input;
  add({ ...input, id, error: null }, (other) =>
    topic === undefined || other.error !== null ? true : other.topic !== topic,
  );
  return id;
}

/** Shows what went wrong. A cancel is what the person asked for, so it says nothing. */
export function notifyError(thrown: unknown): void {
  const error = toAppError(thrown);
  if (error.code === 'cancelled') return;
  console.error(error, error.cause ?? '');
  add({ id: nextId++, kind: 'error', error }, () => true);
}

export function dismissNotice(id: number): void {
  noticesStore.setState(({ notices }) => ({ notices: notices.filter((notice) => notice.id !== id) }));
}
