/** Pictures that go along with a model file, with the model's exact answers: by them a stranger sees whether it still runs. */
import type { TestPicture } from '../../domain/modelExport.ts';
import { TEST_PICTURE_PX, TEST_PICTURES } from '../../domain/modelExport.ts';
import type { Network } from '../../network/network.ts';
import type { PictureRef } from '../../rpc/featureCalls.ts';
import { AppError } from '../../shared/errors.ts';
import { createRandom } from '../../shared/random.ts';
import { drawOnWhite, get2dContext } from '../features/canvas.ts';
import { decodePicture } from '../features/decode.ts';
import { openNetwork } from '../runtimes/choose/openNetwork.ts';
import { mapsOf } from './mapsOfPictures.ts';
import { openPictureFiles, orGone } from './pictureFiles.ts';
import type { Session } from './session.ts';
import { withTarget } from './targetShelf.ts';
import { targetOf } from './trainedPart.ts';

const SEED = 1;
const DRAWN_DISCS = 12;
/** Not square, so that the middle has to be found. */
const DRAWN_SIZE = { widthPx: 320, heightPx: 240 } as const;

/**
 * @param head the trained part of the model
 * @param pictures to choose from, the first that can be read first; where they are too few, others are drawn
 * @throws AppError `cancelled`, `workerDied`, `outOfMemory`; `modelNotFinite` for one that answers with no numbers
 */
export async function readTestPictures(
  session: Session,
  head: Network,
  pictures: readonly PictureRef[],
  signal: AbortSignal,
): Promise<readonly TestPicture[]> {
  const files = await toPngs(pictures);
  const refs = files.map((blob, index) => ({ hash: `${index}`, blob }));
  const target = targetOf(session, head, 'float32');
  const maps = await withTarget(session, target, () =>
    mapsOf(session, refs, openPictureFiles(refs), target, signal),
  );
  const runner = await openNetwork(session.prepared.report.chosen, head);
  try {
    const answers: TestPicture[] = [];
    for (const [index, file] of files.entries()) {
      const probabilities = await runner.run(maps[index] ?? new Float32Array(), 1);
      if (!probabilities.every(Number.isFinite)) throw new AppError('modelNotFinite');
      answers.push({ file, probabilities: [...probabilities] });
    }
    return answers;
  } finally {
    runner.dispose();
  }
}

async function toPngs(pictures: readonly PictureRef[]): Promise<readonly Blob[]> {
  const files = openPictureFiles(pictures);
  const pngs: Blob[] = [];
  for (const { hash } of pictures) {
    if (pngs.length === TEST_PICTURES) break;
    const blob = await orGone(files.open(hash));
    const png = blob && (await toPng(blob));
    if (png) pngs.push(png);
  }
  const random = createRandom(SEED);
  while (pngs.length < TEST_PICTURES) pngs.push(await draw(() => random.next()));
  return pngs;
}

/** As it is, or smaller; null for one that cannot be read. */
async function toPng(blob: Blob): Promise<Blob | null> {
  const bitmap = await decodePicture(blob).catch((thrown: unknown) => {
    if (thrown instanceof AppError && thrown.code.startsWith('picture')) return null;
    throw thrown;
  });
  if (!bitmap) return null;
  const shrink = Math.min(1, TEST_PICTURE_PX / Math.max(bitmap.width, bitmap.height));
  const sideOf = (px: number) => Math.max(1, Math.round(px * shrink));
  try {
    return await asPng(drawOnWhite(bitmap, sideOf(bitmap.width), sideOf(bitmap.height)));
  } finally {
    bitmap.close();
  }
}

/** Discs of all colours: what a model says of them means nothing, and is as good a test of its arithmetic as any. */
function draw(random: () => number): Promise<Blob> {
  const { widthPx, heightPx } = DRAWN_SIZE;
  const canvas = new OffscreenCanvas(widthPx, heightPx);
  const context = get2dContext(canvas);
  context.fillRect(0, 0, widthPx, heightPx);
  for (let disc = 0; disc < DRAWN_DISCS; disc++) {
    context.fillStyle = `hsl(${360 * random()} ${100 * random()}% ${100 * random()}%)`;
    context.beginPath();
    context.arc(widthPx * random(), heightPx * random(), 10 + 90 * random(), 0, 2 * Math.PI);
    context.fill();
  }
  return asPng(canvas);
}

function asPng(canvas: OffscreenCanvas): Promise<Blob> {
  return canvas.convertToBlob({ type: 'image/png' });
}
