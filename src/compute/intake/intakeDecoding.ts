/** The one decoding queue of an intake worker: files that come in and augmented views that are shown take turns in it. */
import { decodeBudgetOf } from '../features/decodeBudget.ts';
import { createDecodeQueue } from '../features/decodeQueue.ts';
import { thisMachine } from '../features/poolSize.ts';

export const intakeDecoding = createDecodeQueue(decodeBudgetOf('intake', thisMachine().memoryGib));
