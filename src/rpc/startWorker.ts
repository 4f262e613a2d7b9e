/**
 * Starts workers under the page's own security policy. A worker with an address of its own has the policy that its
 * host sends with it, and from many hosts that is none; one made from a blob inherits its maker's, in every engine
 * (HTML, "run a worker": local schemes). So each begins as a line in a blob that imports its script.
 */
import { isOutsideMessage, type OutsideEvent } from '../shared/outsideRequests.ts';

let onOutside: (event: OutsideEvent) => void = () => undefined;

/** Is told what every worker that is started from now on sees of requests to elsewhere; the last caller is. */
export function followWorkers(report: (event: OutsideEvent) => void): void {
  onOutside = report;
}

/**
 * @param scriptUrl the built script's address, as an import with `?worker&url` gives it
 * @param name what it is called in the browser's tools
 */
export function startWorker(scriptUrl: string, name: string): Worker {
  // Absolute: a blob has no folder that an address could be relative to.
  const absoluteUrl = new URL(scriptUrl, import.meta.url).href;
  // Imported statically: messages wait until it has run.
  const line = `import ${JSON.stringify(absoluteUrl)};`;
  const blobUrl = URL.createObjectURL(new Blob([line], { type: 'text/javascript' }));
  // Behind the # tools find which script it is.
  const fileName = absoluteUrl.slice(absoluteUrl.lastIndexOf('/') + 1);
  const worker = new Worker(`${blobUrl}#/${fileName}`, { type: 'module', name });
  const revoke = () => URL.revokeObjectURL(blobUrl);
  worker.addEventListener('message', revoke, { once: true });
  worker.addEventListener('error', revoke, { once: true });
  worker.addEventListener('message', (event: MessageEvent<unknown>) => {
    if (!isOutsideMessage(event.data)) return;
    // No answer to any call: whoever talks with the worker is not to see it.
    event.stopImmediatePropagation();
    onOutside(event.data.outside);
  });
  return worker;
}
