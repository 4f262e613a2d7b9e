/** A worker for tests: the real server at the other end of a real channel, in the same thread. */
import type { Api } from '../../rpc/protocol.ts';
import { type Handlers, type Port, serve } from '../../rpc/server.ts';

/** What the client uses of a worker, and no more. */
export interface TestWorker {
  onerror: ((event: { message: string }) => void) | null;
  terminate(): void;
}

/** @param onTerminate told when the client ends it */
export function createTestWorker<A extends Api>(
  handlers: Handlers<A>,
  onTerminate: () => void = () => undefined,
): TestWorker & Worker {
  const { port1, port2 } = new MessageChannel();
  serve<A>(port2 as unknown as Port, handlers);
  port2.start();
  const worker: TestWorker = {
    onerror: null,
    terminate() {
      port1.close();
      onTerminate();
    },
  };
  return Object.assign(port1, worker) as unknown as TestWorker & Worker;
}
