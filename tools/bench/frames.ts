/** A camera for the bench: the same frames for all sides, handed out no faster than the app takes them from a video. */
import { HEIGHT_PX, makePicture, WIDTH_PX } from './pictures.ts';

const SCENES = 4;

/** The next frame, 640 × 480, not before the next paint; whoever takes it closes it. */
export type Camera = () => Promise<ImageBitmap>;

/** As in the app (`ui/classify/useLiveClassification.ts`). */
function nextPaint(): Promise<void> {
  return new Promise((resolve) => requestAnimationFrame(() => resolve()));
}

export async function createCamera(): Promise<Camera> {
  const scenes: ImageBitmap[] = [];
  for (let seed = 0; seed < SCENES; seed++) scenes.push(await createImageBitmap(await makePicture(seed)));
  const canvas = new OffscreenCanvas(WIDTH_PX, HEIGHT_PX);
  const context = canvas.getContext('2d');
  let next = 0;
  return async () => {
    await nextPaint();
    const scene = scenes[next++ % SCENES];
    if (!context || !scene) throw new Error('no canvas');
    context.drawImage(scene, 0, 0);
    return createImageBitmap(canvas);
  };
}

/**
 * Answers a second over at least `seconds`, at least one a lane.
 * @param inFlight lanes that each take a frame, have it answered and take the next
 */
export async function measureFrameRate(
  camera: Camera,
  answer: (frame: ImageBitmap) => Promise<unknown>,
  seconds: number,
  inFlight: number,
): Promise<number> {
  const startMs = performance.now();
  let answered = 0;
  const lane = async () => {
    do {
      await answer(await camera());
      answered += 1;
    } while (performance.now() - startMs < seconds * 1000);
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
  return (answered * 1000) / (performance.now() - startMs);
}
