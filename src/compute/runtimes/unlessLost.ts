/** A lost device may leave a read waiting for ever; whoever waits must hear of the loss instead. */

/** `work`, or the reason of `lost` as soon as that aborts. */
export function unlessLost<T>(lost: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const onLost = () => reject(lost.reason);
    if (lost.aborted) onLost();
    lost.addEventListener('abort', onLost, { once: true });
    work.then(resolve, reject).finally(() => lost.removeEventListener('abort', onLost));
  });
}
