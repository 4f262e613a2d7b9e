/**
 * Where SVG files are drawn: a sandboxed frame of no origin. Chromium gives it a process of its own, so that a drawing
 * without an end holds nothing up and ends with its frame; other engines draw it in the page's.
 */
import { AppError, throwIfCancelled } from '../../shared/errors.ts';
import { SVG_FRAME_SCRIPT } from './svgFrameScript.ts';

/** A busy machine starts a process in a second. */
const START_MS = 5_000;
/** What is counted as bearable takes a second or two. */
export const DRAW_LIMIT_MS = 8_000;
/** A folder's drawings come one after the other; then the process may go. */
const IDLE_MS = 5_000;

interface SvgFrame {
  readonly element: HTMLIFrameElement;
  /** False where it cannot run its script: a host sends a policy that does not know it. */
  readonly isReady: Promise<boolean>;
}

let frame: SvgFrame | null = null;
let idleTimer: ReturnType<typeof setTimeout> | undefined;

function openFrame(): SvgFrame {
  const element = document.createElement('iframe');
  element.setAttribute('sandbox', 'allow-scripts');
  element.setAttribute('aria-hidden', 'true');
  element.tabIndex = -1;
  // Where nothing of it shows; `display: none` would keep some engines from drawing.
  element.style.cssText = 'position:fixed;width:0;height:0;border:0;visibility:hidden';
  element.srcdoc = `<!doctype html><script>${SVG_FRAME_SCRIPT}</script>`;
  const isReady = new Promise<boolean>((resolve) => {
    const answer = (is: boolean) => {
      clearTimeout(timer);
      window.removeEventListener('message', listen);
      resolve(is);
    };
    const listen = ({ source }: MessageEvent) => {
      if (source === element.contentWindow) answer(true);
    };
    const timer = setTimeout(() => answer(false), START_MS);
    window.addEventListener('message', listen);
  });
  document.body.append(element);
  return { element, isReady };
}

function closeFrame(): void {
  clearTimeout(idleTimer);
  frame?.element.remove();
  frame = null;
}

/**
 * Draws in the frame.
 * @returns the PNG; `unusable` where there is no such frame here
 * @throws AppError `pictureUnreadable`; `drawingTooComplex` when the time is up, `cancelled`: the frame ends with it
 */
export function drawInFrame(
  svg: Blob,
  sidePx: number,
  signal: AbortSignal | undefined,
  limitMs = DRAW_LIMIT_MS,
): Promise<Blob | 'unusable'> {
  // One after the other: the end of one drawing may be the end of the frame.
  const drawn = lastDrawing.then(() => {
    throwIfCancelled(signal);
    return drawNow(svg, sidePx, signal, limitMs);
  });
  lastDrawing = drawn.catch(() => undefined);
  return drawn;
}

let lastDrawing: Promise<unknown> = Promise.resolve();

async function drawNow(
  svg: Blob,
  sidePx: number,
  signal: AbortSignal | undefined,
  limitMs: number,
): Promise<Blob | 'unusable'> {
  frame ??= openFrame();
  clearTimeout(idleTimer);
  const { element, isReady } = frame;
  if (!(await isReady)) return 'unusable';
  const { port1, port2 } = new MessageChannel();
  let stop = (_error: AppError) => {};
  const answer = new Promise<Blob>((resolve, reject) => {
    stop = (error) => {
      closeFrame();
      reject(error);
    };
    port1.onmessage = ({ data }: MessageEvent<unknown>) =>
      data instanceof Blob ? resolve(data) : reject(new AppError('pictureUnreadable'));
  });
  const onAbort = () => stop(new AppError('cancelled'));
  const timer = setTimeout(() => stop(new AppError('drawingTooComplex')), limitMs);
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    element.contentWindow?.postMessage({ svg, sidePx }, '*', [port2]);
    return await answer;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
    port1.close();
    clearTimeout(idleTimer);
    idleTimer = setTimeout(closeFrame, IDLE_MS);
  }
}
