/** Nine augmented views of one training picture, so that people see what they switch on; made anew as sliders move. */
import { createStore } from 'zustand/vanilla';
import { type AugmentSettings, NO_AUGMENTATION } from '../../domain/augmentation.ts';
import type { Dataset, DatasetPicture, PictureId } from '../../domain/dataset.ts';
import type { SplitName } from '../../domain/picture.ts';
import { AppError, toAppError } from '../../shared/errors.ts';
import { datasetStore } from '../dataset/dataset.ts';
import { splitsOf } from '../dataset/derived.ts';
import { previewAugmentation } from '../dataset/intake.ts';
import { readPictures } from '../dataset/pictureBlobs.ts';
import { nextRunStore } from './nextRun.ts';

export const PREVIEW_COUNT = 9;
/** Sharp at about 100 CSS pixels on most screens, and quick to make. */
export const PREVIEW_SIZE_PX = 192;
const SETTLE_MS = 150;

export interface AugmentPreviewState {
  /** What the examples show; null while there are none. */
  readonly picture: DatasetPicture | null;
  /** The picture unchanged, as the network sees it: square, with sides of `PREVIEW_SIZE_PX`. */
  readonly original: ImageData | null;
  readonly examples: readonly ImageData[];
  /** New ones are being made, or will be in a moment. */
  readonly isWorking: boolean;
  readonly error: AppError | null;
}

const EMPTY: AugmentPreviewState = {
  picture: null,
  original: null,
  examples: [],
  isWorking: false,
  error: null,
};

export const augmentPreviewStore = createStore<AugmentPreviewState>()(() => EMPTY);

/** Pictures to learn from, one of each class in turn: the next one shown is likely to look different. */
export function previewOrder(
  { pictures }: Pick<Dataset, 'pictures'>,
  splits: ReadonlyMap<PictureId, SplitName>,
): readonly DatasetPicture[] {
  const rounds: DatasetPicture[][] = [];
  const seen = new Map<string, number>();
  for (const picture of pictures) {
    if (splits.get(picture.id) !== 'train') continue;
    const round = seen.get(picture.classId) ?? 0;
    seen.set(picture.classId, round + 1);
    const shown = rounds[round];
    if (shown) shown.push(picture);
    else rounds.push([picture]);
  }
  return rounds.flat();
}

/** What a picture is mixed with: the next one of another class, or the next one; null where there is only one. */
export function partnerOf(order: readonly DatasetPicture[], position: number): DatasetPicture | null {
  const picture = order[position];
  const others = [...order.slice(position + 1), ...order.slice(0, position)];
  return others.find(({ classId }) => classId !== picture?.classId) ?? others[0] ?? null;
}

let position = 0;
let timer: ReturnType<typeof setTimeout> | undefined;
let making = new AbortController();
let stopWatching: (() => void) | null = null;

/**
 * Makes examples now and whenever the settings or the pictures change, until the returned function is called. One
 * viewer at a time.
 */
export function openAugmentPreview(): () => void {
  stopWatching?.();
  const unsubscribe = [
    nextRunStore.subscribe(({ settings }, before) => {
      if (settings.augmentation !== before.settings.augmentation) makeSoon();
    }),
    datasetStore.subscribe(({ dataset }, before) => {
      if (dataset !== before.dataset) makeSoon();
    }),
  ];
  const stop = () => {
    if (stopWatching !== stop) return;
    stopWatching = null;
    for (const end of unsubscribe) end();
    clearTimeout(timer);
    making.abort();
    augmentPreviewStore.setState(EMPTY);
  };
  stopWatching = stop;
  void make();
  return stop;
}

/** Goes on to the next training picture, after the last to the first. */
export function showAnotherPicture(): void {
  position += 1;
  void make();
}

/** A slider reports every step; examples are made when it rests for a moment. */
function makeSoon(): void {
  clearTimeout(timer);
  augmentPreviewStore.setState({ isWorking: true });
  timer = setTimeout(() => void make(), SETTLE_MS);
}

/** The latest call wins; one that is overtaken ends without a trace. */
async function make(): Promise<void> {
  clearTimeout(timer);
  making.abort();
  making = new AbortController();
  const { signal } = making;
  augmentPreviewStore.setState({ isWorking: true });
  let made: AugmentPreviewState;
  try {
    made = await makeExamples(signal);
  } catch (thrown) {
    made = { ...EMPTY, error: toAppError(thrown) };
  }
  if (signal.aborted) return;
  if (made.error) console.error(made.error, made.error.cause ?? '');
  augmentPreviewStore.setState(made);
}

async function makeExamples(signal: AbortSignal): Promise<AugmentPreviewState> {
  const { dataset } = datasetStore.getState();
  const { augmentation, seed } = nextRunStore.getState().settings;
  const order = previewOrder(dataset, splitsOf(dataset));
  position %= Math.max(1, order.length);
  const picture = order[position];
  if (!picture || !augmentation) return EMPTY;
  const partner = isMixing(augmentation) ? partnerOf(order, position) : null;
  const blobs = await readPictures([picture.hash, ...(partner ? [partner.hash] : [])]);
  const blob = blobs.get(picture.hash);
  if (!blob) throw new AppError('notFound');
  const asked = {
    picture: blob,
    partner: (partner && blobs.get(partner.hash)) ?? null,
    // The same draws for each strength: what changes on the screen is what the slider does.
    seed: seed + position,
    sizePx: PREVIEW_SIZE_PX,
  };
  const [originals, examples] = await Promise.all([
    previewAugmentation({ ...asked, partner: null, augmentation: NO_AUGMENTATION, count: 1 }, signal),
    previewAugmentation({ ...asked, augmentation, count: PREVIEW_COUNT }, signal),
  ]);
  const [original] = originals.map(toImageData);
  return { ...EMPTY, picture, original: original ?? null, examples: examples.map(toImageData) };
}

function toImageData(pixels: Uint8ClampedArray<ArrayBuffer>): ImageData {
  return new ImageData(pixels, PREVIEW_SIZE_PX);
}

function isMixing({ mixUp, cutMix }: AugmentSettings): boolean {
  return mixUp > 0 || cutMix > 0;
}
