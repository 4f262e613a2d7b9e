/** Classifying what a camera sees, frame by frame. */
import type { LabelProbability } from '../../domain/classification.ts';
import type { ClassifierRef } from '../../rpc/classifyCalls.ts';
import { toAppError } from '../../shared/errors.ts';
import { engineCall, engineStore, ensureEngine } from '../engine/engine.ts';
import { currentClassifier, IMAGENET, partOf, TOP_COUNT } from './classify.ts';
import { frameRate, type LiveResult, smoothTop } from './live.ts';

/** A camera that keeps losing its engine is given up after this many losses in a row. */
const MAX_LOSSES = 3;
/** More would only make the picture on the screen older than the answer beside it. */
const MAX_FRAMES_IN_FLIGHT = 4;

/**
 * Classifies frames until `signal` aborts, as many at a time as there are workers: a frame is taken when one of
 * them is free, so a slow engine means fewer frames, never a queue.
 * @param takeFrame The camera's picture now; null where it has none yet.
 * @throws AppError of the engine; `cancelled` is swallowed, being the ordinary end.
 */
export async function classifyLive(
  takeFrame: () => Promise<ImageBitmap | null>,
  onResult: (result: LiveResult) => void,
  signal: AbortSignal,
): Promise<void> {
  // Before the first frame is taken, which would be old when it is answered.
  const start = async () => ensureEngine(signal, partOf(await currentClassifier()));
  await start().catch((thrown: unknown) => {
    if (!signal.aborted) throw thrown;
  });
  const ended = new AbortController();
  const stop = AbortSignal.any([signal, ended.signal]);
  const stream = createLiveStream(onResult);
  const takeNext = oneAtATime(async () => (stop.aborted ? null : takeFrame()));
  const count = Math.min(engineStore.getState().report?.workers ?? 1, MAX_FRAMES_IN_FLIGHT);
  const lanes = Array.from({ length: count }, () =>
    runLane(takeNext, stream, stop).catch((thrown: unknown) => {
      // One lane that gives up ends the others.
      ended.abort();
      throw thrown;
    }),
  );
  await Promise.all(lanes);
}

/** Lanes that wait for the same paint would all take the same picture: each has a turn of its own. */
function oneAtATime<Result>(work: () => Promise<Result>): () => Promise<Result> {
  let before: Promise<unknown> = Promise.resolve();
  return () => {
    const next = before.then(work);
    before = next.catch(() => undefined);
    return next;
  };
}

/** What the frames in flight share. */
interface LiveStream {
  /** Number of the next frame. */
  nextFrame: number;
  /** The model whose head the engine has from a frame before. */
  sent: string | null;
  /** Losses since the last frame that was answered. */
  losses: number;
  /** The last frame that was in flight at the latest loss: what goes wrong with it is no loss of its own. */
  lostUpTo: number;
  readonly show: (frame: number, id: string, newest: readonly LabelProbability[]) => void;
}

function createLiveStream(onResult: (result: LiveResult) => void): LiveStream {
  let top: readonly LabelProbability[] = [];
  let topOf: string | null = null;
  let times: readonly number[] = [];
  let shown = -1;
  return {
    nextFrame: 0,
    sent: null,
    losses: 0,
    lostUpTo: -1,
    show(frame, id, newest) {
      times = [...times.slice(-60), performance.now()];
      // Overtaken by a later one: it counts, but the bars do not step back.
      if (frame < shown) return;
      shown = frame;
      top = smoothTop(id === topOf ? top : [], newest, 2 * TOP_COUNT);
      topOf = id;
      onResult({ top: top.slice(0, TOP_COUNT), framesPerSecond: frameRate(times) });
    },
  };
}

async function runLane(
  takeFrame: () => Promise<ImageBitmap | null>,
  stream: LiveStream,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const frame = await takeFrame();
    if (!frame) continue;
    const number = stream.nextFrame++;
    try {
      const chosen = await currentClassifier();
      const id = chosen.kind === 'imagenet' ? IMAGENET : chosen.id;
      const isSent = id === stream.sent && id !== IMAGENET;
      const classifier: ClassifierRef = isSent ? { kind: 'loaded', id } : chosen;
      const makeArgs = () => ({ frame, classifier, topCount: 2 * TOP_COUNT });
      const options = { signal, transfer: [frame], retry: false, part: partOf(chosen) };
      const result = await engineCall('classifyFrame', makeArgs, options);
      stream.losses = 0;
      stream.sent = id;
      stream.show(number, id, result.top);
    } catch (thrown) {
      if (signal.aborted) return;
      const error = toAppError(thrown);
      // A new engine, or one that has loaded another head since, wants the weights again.
      stream.sent = null;
      if (number <= stream.lostUpTo) continue;
      stream.lostUpTo = stream.nextFrame - 1;
      stream.losses += 1;
      if (stream.losses >= MAX_LOSSES) throw error;
    } finally {
      // Closed already where it was handed over; closing twice does no harm.
      frame.close();
    }
  }
}
