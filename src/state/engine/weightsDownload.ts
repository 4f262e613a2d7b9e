/**
 * The page's end of the frame that downloads: offers it the address, takes what comes out of it, and makes a file of that.
 * The page itself cannot reach the address, and starts nothing: the button is in the frame.
 */
import {
  type DownloadFailure,
  FRAME_READY,
  type FrameMessage,
  type FrameOffer,
} from '../../shared/downloadFrame.ts';
import { AppError, type ErrorCode } from '../../shared/errors.ts';
import { beginWork } from '../../shared/work.ts';
import { estimateStorage } from '../../storage/quota.ts';
import { countDownload, noteLedOn } from '../shell/privacy.ts';
import { failDownload, type WeightsOffer, weightsOfferStore } from './weightsOffer.ts';

/** A host that lets no frame be shown shows an empty one, and nobody tells. */
const START_MS = 15_000;
/** So much is handed over to the browser at a time, which may put it on the disk. */
const PIECE_BYTES = 16 * 1024 * 1024;
/** A bar needs no more steps than that. */
const MIN_STEP_MS = 100;
/** Below this a rate says nothing. */
const MIN_ELAPSED_MS = 1000;

const CODES: Readonly<Record<DownloadFailure, ErrorCode>> = {
  policy: 'downloadBlocked',
  unreachable: 'downloadUnreachable',
  leadsElsewhere: 'downloadLeadsElsewhere',
  status: 'downloadRefused',
  cutOff: 'downloadCutOff',
  tooLarge: 'downloadTooLarge',
};

export interface FrameWishes extends Pick<FrameOffer, 'lang' | 'colorScheme'> {
  readonly onShown: (heightPx: number) => void;
  readonly onFile: (file: File, offer: WeightsOffer) => void;
}

/** Bytes on their way to a file. */
function createPieces() {
  let pieces: Blob[] = [];
  let open: Uint8Array<ArrayBuffer>[] = [];
  let openBytes = 0;
  const close = () => {
    if (openBytes > 0) pieces.push(new Blob(open));
    open = [];
    openBytes = 0;
  };
  return {
    add(bytes: Uint8Array<ArrayBuffer>): void {
      open.push(bytes);
      openBytes += bytes.length;
      if (openBytes >= PIECE_BYTES) close();
    },
    toFile(name: string): File {
      close();
      const file = new File(pieces, name);
      pieces = [];
      return file;
    },
  };
}

/** @returns how many bytes there is room for; a browser that does not tell has enough until it has not */
async function freeBytes(): Promise<number> {
  try {
    const estimate = await estimateStorage();
    if (estimate) return estimate.quotaBytes - estimate.usedBytes;
  } catch (thrown) {
    console.warn('no answer about room', thrown);
  }
  return Number.POSITIVE_INFINITY;
}

function createReceiver(offer: WeightsOffer, { onShown, onFile }: FrameWishes) {
  const pieces = createPieces();
  const { host, url, fileName } = offer.address;
  // An update of the app waits for it.
  let endWork = () => {};
  let startedMs = 0;
  let toldMs = 0;
  let loadedBytes = 0;
  let totalBytes = 0;
  const tell = () => {
    const nowMs = performance.now();
    if (nowMs - toldMs < MIN_STEP_MS) return;
    toldMs = nowMs;
    const elapsedMs = nowMs - startedMs;
    const isKnown = totalBytes > 0 && loadedBytes > 0 && elapsedMs > MIN_ELAPSED_MS;
    const remainingMs = isKnown ? (Math.max(0, totalBytes - loadedBytes) * elapsedMs) / loadedBytes : null;
    weightsOfferStore.setState({ progress: { loadedBytes, totalBytes, remainingMs } });
  };
  const receive = (message: FrameMessage): void => {
    switch (message.kind) {
      case 'shown':
        onShown(message.heightPx);
        break;
      case 'started':
        startedMs = performance.now();
        endWork = beginWork();
        countDownload(url);
        tell();
        break;
      case 'answered':
        noteLedOn(url, message.url);
        totalBytes = message.totalBytes ?? 0;
        void freeBytes().then((free) => {
          const isStill = weightsOfferStore.getState().offer === offer;
          if (isStill && totalBytes > free) failDownload(new AppError('storageFull'));
        });
        break;
      case 'bytes':
        pieces.add(message.bytes);
        loadedBytes += message.bytes.length;
        tell();
        break;
      case 'done':
        onFile(pieces.toFile(fileName), offer);
        break;
      case 'failed':
        failDownload(new AppError(CODES[message.failure], { host, status: message.status }));
    }
  };
  return { receive, end: () => endWork() };
}

/** From now until it is disconnected, the frame is that of the offer. Errors end in the store. @returns disconnects it */
export function connectDownloadFrame(
  element: HTMLIFrameElement,
  offer: WeightsOffer,
  wishes: FrameWishes,
): () => void {
  const { port1, port2 } = new MessageChannel();
  const { receive, end } = createReceiver(offer, wishes);
  port1.onmessage = ({ data }: MessageEvent<FrameMessage>) => receive(data);
  const timer = setTimeout(() => failDownload(new AppError('downloadBlocked')), START_MS);
  const listen = ({ source, data }: MessageEvent<unknown>) => {
    if (source !== element.contentWindow || data !== FRAME_READY) return;
    clearTimeout(timer);
    window.removeEventListener('message', listen);
    const message: FrameOffer = {
      url: offer.address.url,
      lang: wishes.lang,
      colorScheme: wishes.colorScheme,
    };
    // Its origin has no name that could be given here.
    element.contentWindow?.postMessage(message, '*', [port2]);
  };
  window.addEventListener('message', listen);
  return () => {
    clearTimeout(timer);
    window.removeEventListener('message', listen);
    port1.close();
    end();
  };
}
