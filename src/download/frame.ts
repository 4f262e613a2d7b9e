/**
 * The whole script of download.html, the one place that reaches another host: a frame of an origin of its own, into which no
 * other code of the app can reach. It asks for one address, which it shows, and only after a person has pressed its button;
 * before that it has the browser forbid it every other address.
 */
import {
  type DownloadAddress,
  hostsBehind,
  pinnedPolicy,
  readDownloadAddress,
} from '../shared/downloadAddress.ts';
import {
  type DownloadFailure,
  FRAME_READY,
  type FrameMessage,
  type FrameOffer,
  MOST_DOWNLOAD_BYTES,
} from '../shared/downloadFrame.ts';

/** Ends a download with a reason. */
class Failure extends Error {
  constructor(
    readonly failure: DownloadFailure,
    readonly status = 0,
  ) {
    super(failure);
  }
}

/** Whether the policy of this document lets that through; nothing leaves for it. */
async function isDataAllowed(): Promise<boolean> {
  try {
    await fetch('data:,');
    return true;
  } catch {
    return false;
  }
}

/** From here on the browser refuses every address but that one, to this document and for good. @throws Failure */
async function pin(address: DownloadAddress): Promise<void> {
  // A host that sends a stricter policy for all of its files would refuse the download as well.
  if (!(await isDataAllowed())) throw new Failure('policy');
  const meta = document.createElement('meta');
  meta.httpEquiv = 'Content-Security-Policy';
  meta.content = pinnedPolicy(address);
  document.head.append(meta);
  if (await isDataAllowed()) throw new Failure('policy');
}

async function ask(url: string, redirect: RequestRedirect, failure: DownloadFailure): Promise<Response> {
  try {
    return await fetch(url, {
      redirect,
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
      // It would lie in the browser's cache beside the copy that the app keeps.
      cache: 'no-store',
    });
  } catch {
    throw new Failure(failure);
  }
}

/** @returns length that the server tells; null where it does not */
function lengthOf({ headers }: Response): number | null {
  const text = headers.get('Content-Length');
  return text !== null && /^\d+$/.test(text) ? Number(text) : null;
}

async function download(address: DownloadAddress, tell: Tell): Promise<void> {
  await pin(address);
  const first = await ask(address.url, 'manual', 'unreachable');
  // Where it leads the browser does not say: allowed or not is all that can be known.
  const isLedOn = first.type === 'opaqueredirect';
  const response = isLedOn ? await ask(address.url, 'follow', 'leadsElsewhere') : first;
  if (!response.ok || !response.body) throw new Failure('status', response.status);
  const totalBytes = lengthOf(response);
  if ((totalBytes ?? 0) > MOST_DOWNLOAD_BYTES) throw new Failure('tooLarge');
  tell({ kind: 'size', totalBytes });
  let loadedBytes = 0;
  const reader = response.body.getReader();
  for (;;) {
    const { done, value } = await reader.read().catch(() => {
      throw new Failure('cutOff');
    });
    if (done) break;
    loadedBytes += value.length;
    if (loadedBytes > MOST_DOWNLOAD_BYTES) throw new Failure('tooLarge');
    // A part of a larger buffer would take all of it along.
    const bytes = value.byteLength === value.buffer.byteLength ? value : value.slice();
    tell({ kind: 'bytes', bytes }, [bytes.buffer]);
  }
  // More than was told is what a compressed answer comes to.
  if (totalBytes !== null && loadedBytes < totalBytes) throw new Failure('cutOff');
  tell({ kind: 'done' });
}

type Tell = (message: FrameMessage, transfer?: Transferable[]) => void;

function offer({ url, label, colorScheme }: FrameOffer, tell: Tell): void {
  const address = readDownloadAddress(url);
  const button = document.querySelector('button');
  const shown = document.querySelector('p');
  if (typeof address === 'string' || !button || !shown) {
    tell({ kind: 'failed', failure: 'policy', status: 0 });
    return;
  }
  document.documentElement.style.colorScheme = colorScheme;
  button.textContent = label;
  shown.textContent = [address.url, ...hostsBehind(address)].join(' → ');
  const begin = async () => {
    button.disabled = true;
    tell({ kind: 'started' });
    try {
      await download(address, tell);
    } catch (thrown) {
      const { failure, status } = thrown instanceof Failure ? thrown : new Failure('cutOff');
      tell({ kind: 'failed', failure, status });
    }
  };
  button.addEventListener('click', ({ isTrusted }) => {
    // Only a person's press counts.
    if (isTrusted && !button.disabled) void begin();
  });
  button.disabled = false;
  tell({ kind: 'shown', heightPx: Math.ceil(document.body.getBoundingClientRect().height) });
}

function listen(event: MessageEvent<FrameOffer>): void {
  const [port] = event.ports;
  if (event.source !== parent || !port) return;
  removeEventListener('message', listen);
  offer(event.data, (message, transfer = []) => port.postMessage(message, transfer));
}

addEventListener('message', listen);
parent.postMessage(FRAME_READY, '*');
