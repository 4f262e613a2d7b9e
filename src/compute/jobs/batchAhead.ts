/** The batch of the step after this one, made while this one is computed: the workers that learn never wait for it. */
import { AppError } from '../../shared/errors.ts';
import type { SourceBatch } from '../training/activationSource.ts';
import { yieldToMessages } from '../yield.ts';

export interface BatchAhead {
  /** Which rows will be asked for next, in their order; what was made for others is dropped. */
  expect(upcoming: Int32Array): void;
  /** @throws what making it throws, of this batch alone */
  take(rows: Int32Array): Promise<SourceBatch>;
  /** Makes no further one, and waits for the one that is being made. */
  close(): Promise<void>;
}

function isSame(a: Int32Array, b: Int32Array): boolean {
  return a.length === b.length && a.every((row, i) => row === b[i]);
}

export function createBatchAhead(make: (rows: Int32Array) => Promise<SourceBatch>): BatchAhead {
  let upcoming: Int32Array = new Int32Array();
  let isClosed = false;
  let made: { readonly rows: Int32Array; readonly batch: Promise<SourceBatch> } | null = null;

  /** @param rows that are being taken: as many are made as those are */
  function begin(rows: Int32Array): void {
    if (!isSame(rows, upcoming.subarray(0, rows.length))) return;
    upcoming = upcoming.subarray(rows.length);
    const next = upcoming.subarray(0, rows.length);
    if (next.length === 0) return;
    // Whoever takes this one hands it to the workers first.
    const batch = yieldToMessages().then(() => {
      if (isClosed) throw new AppError('cancelled');
      return make(next);
    });
    // Its failure belongs to the step that asks for it; of one that nobody asks for it is none.
    batch.catch(() => undefined);
    made = { rows: next, batch };
  }

  return {
    expect(rows) {
      upcoming = rows;
      made = null;
    },
    take(rows) {
      const batch = made && isSame(made.rows, rows) ? made.batch : make(rows);
      made = null;
      begin(rows);
      return batch;
    },
    async close() {
      isClosed = true;
      await made?.batch.catch(() => undefined);
      made = null;
    },
  };
}
