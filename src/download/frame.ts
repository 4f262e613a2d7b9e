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
import { watchSeen } from './seen.ts';
import { frameWordsOf } from './words.ts';

/** A compressed file that nothing could be gained on is a little longer than what is in it. */
const MOST_PACKING = 0.001;
const LEAST_PACKING_BYTES = 1024;
/** On its way into view the button is not there yet, which needs no words. */
const COVERED_MS = 2000;

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

/** Policies only add up: this document obeys that one as well, for good. */
function addPolicy(policy: string): void {
  const meta = document.createElement('meta');
  meta.httpEquiv = 'Content-Security-Policy';
  meta.content = policy;
  document.head.append(meta);
}

/** From here on the browser refuses every address but that one. @throws Failure */
async function pin(address: DownloadAddress): Promise<void> {
  // A host that sends a stricter policy for all of its files would refuse the download as well.
  if (!(await isDataAllowed())) throw new Failure('policy');
  addPolicy(pinnedPolicy(address));
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
  tell({ kind: 'started' });
  const first = await ask(address.url, 'manual', 'unreachable');
  // Where it leads the browser does not say: allowed or not is all that can be known.
  const isLedOn = first.type === 'opaqueredirect';
  const response = isLedOn ? await ask(address.url, 'follow', 'leadsElsewhere') : first;
  if (!response.ok || !response.body) throw new Failure('status', response.status);
  const totalBytes = lengthOf(response);
  if ((totalBytes ?? 0) > MOST_DOWNLOAD_BYTES) throw new Failure('tooLarge');
  tell({ kind: 'answered', totalBytes, url: response.url });
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
  // What is told is the length of a compressed answer, and whether it is one no other site may know.
  const packingBytes = Math.max(LEAST_PACKING_BYTES, loadedBytes * MOST_PACKING);
  if (totalBytes !== null && loadedBytes + packingBytes < totalBytes) throw new Failure('cutOff');
  tell({ kind: 'done' });
}

type Tell = (message: FrameMessage, transfer?: Transferable[]) => void;

function offer({ url, lang, colorScheme }: FrameOffer, tell: Tell): void {
  const address = readDownloadAddress(url);
  const button = document.querySelector('button');
  const shown = document.querySelector('p');
  const hint = document.querySelector('output');
  if (typeof address === 'string' || !button || !shown || !hint) {
    tell({ kind: 'failed', failure: 'policy', status: 0 });
    return;
  }
  const words = frameWordsOf(lang);
  document.documentElement.lang = lang;
  document.documentElement.style.colorScheme = colorScheme;
  button.textContent = words.start(address.host);
  shown.textContent = [address.url, ...hostsBehind(address)].join(' → ');
  // What scrolls must be reached without a mouse.
  if (shown.scrollHeight > shown.clientHeight) shown.tabIndex = 0;
  const tellHeight = () =>
    tell({ kind: 'shown', heightPx: Math.ceil(document.body.getBoundingClientRect().height) });
  const say = (text: string) => {
    hint.textContent = text;
    tellHeight();
  };
  let timer = setTimeout(say, COVERED_MS, words.covered);
  const endWatch = watchSeen([button, shown], (areSeen) => {
    button.disabled = !areSeen;
    clearTimeout(timer);
    if (areSeen) say('');
    else timer = setTimeout(say, COVERED_MS, words.covered);
  });
  const begin = async () => {
    endWatch();
    clearTimeout(timer);
    button.disabled = true;
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
  tellHeight();
}

function listen(event: MessageEvent<FrameOffer>): void {
  const [port] = event.ports;
  if (event.source !== parent || !port) return;
  removeEventListener('message', listen);
  offer(event.data, (message, transfer = []) => port.postMessage(message, transfer));
}

// Without an origin of its own any script of the page could reach in here and use its wide policy.
if (self.origin !== 'null') addPolicy("default-src 'none'");
else {
  addEventListener('message', listen);
  // The rest of the document comes after its script.
  addEventListener('DOMContentLoaded', () => parent.postMessage(FRAME_READY, '*'));
}
