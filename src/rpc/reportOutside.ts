/** A worker's share in counting what leaves the origin: it hands on what it sees, and what the workers see that it starts. */
import { type OutsideEvent, type OutsideMessage, watchOutside } from '../shared/outsideRequests.ts';
import { followWorkers } from './startWorker.ts';

/** Tells whoever started this worker from now on; `startWorker` listens there. */
export function reportOutside(scope: { postMessage(message: OutsideMessage): void }): void {
  const report = (outside: OutsideEvent) => scope.postMessage({ outside });
  watchOutside(report);
  followWorkers(report);
}
