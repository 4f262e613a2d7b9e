/** Whether workers can work over one memory: some engines make one that is shared and then refuse to send it. */
import { MAX_SHARED_PAGES } from './builds.ts';

/** Sends it through a channel, as to a worker. @throws DOMException `DataCloneError` where it cannot be sent */
function doesArrive(memory: WebAssembly.Memory, { port1, port2 }: MessageChannel): Promise<boolean> {
  return new Promise((resolve, reject) => {
    port2.onmessage = ({ data }) => resolve(data instanceof WebAssembly.Memory);
    port2.onmessageerror = () => resolve(false);
    try {
      port1.postMessage(memory);
    } catch (thrown) {
      reject(thrown);
    }
  });
}

/** Tried, for want of another way to know: on pages that are isolated from others, and where there are addresses enough. */
export async function canShareMemory(): Promise<boolean> {
  if (globalThis.crossOriginIsolated !== true) return false;
  const channel = new MessageChannel();
  try {
    const memory = new WebAssembly.Memory({ initial: 1, maximum: MAX_SHARED_PAGES, shared: true });
    return await doesArrive(memory, channel);
  } catch (thrown) {
    console.warn('no shared memory: each worker has weights of its own', thrown);
    return false;
  } finally {
    channel.port1.close();
    channel.port2.close();
  }
}
