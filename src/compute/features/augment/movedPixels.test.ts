import { describe, expect, it } from 'vitest';
import { NO_AUGMENTATION } from '../../../domain/augmentation.ts';
import { createRandom } from '../../../shared/random.ts';
import { toInputTensorData } from '../pixels.ts';
import { sourceOfPixels } from './augmentPicture.ts';
import { augmentPixels, drawChanges } from './changes.ts';
import { createMovedWriter, moveOf, STILL } from './movedPixels.ts';

const SIZE_PX = 9;
const LENGTH = SIZE_PX * SIZE_PX * 3;
const random = createRandom(5);
const pixels = Uint8Array.from({ length: 2 * LENGTH }, () => random.next() * 256);
/** Of the second of the two. */
const rgba = new Uint8ClampedArray(SIZE_PX * SIZE_PX * 4).map((_, at) =>
  at % 4 === 3 ? 255 : (pixels[LENGTH + Math.floor(at / 4) * 3 + (at % 4)] ?? 0),
);

const reversed = { matrix: [0, 0, 0.5, 0, 0.25, 0, 2, 0, 0], bias: [-1, 0.1, 7] };

describe.each([
  ['crops', { cropPaddingPx: 4 }],
  ['crops that leave the picture', { cropPaddingPx: 12 }],
  ['mirrored ones', { horizontalFlip: true, verticalFlip: true }],
  ['mirrored crops', { cropPaddingPx: 3, horizontalFlip: true, verticalFlip: true }],
])('%s', (_, strengths) => {
  it.each([[null], [reversed]])('are to the last bit those of the longer way: %j', (preprocessing) => {
    const settings = { ...NO_AUGMENTATION, ...strengths };
    const write = createMovedWriter(SIZE_PX, preprocessing);
    const moves = new Set<string>();
    for (let seed = 0; seed < 40; seed++) {
      const move = moveOf(drawChanges(settings, seed, SIZE_PX));
      if (!move || !write) throw new Error('there is more to it');
      moves.add(JSON.stringify(move));
      const [actual, expected] = [new Float32Array(LENGTH + 2), new Float32Array(LENGTH + 2)];
      write(pixels, LENGTH, move, actual, 1);
      const augmented = augmentPixels(sourceOfPixels(rgba, SIZE_PX, 1), settings, seed);
      toInputTensorData(augmented, preprocessing, expected, 1);
      expect(actual).toEqual(expected);
    }
    expect(moves.size).toBeGreaterThan(2);
  });
});

it('leaves a picture as it is', () => {
  const out = new Float32Array(LENGTH);
  createMovedWriter(SIZE_PX, null)?.(pixels, 0, STILL, out, 0);
  expect([...out]).toEqual([...pixels.subarray(0, LENGTH)]);
});

it('leaves to others what is more than a move, and what mixes colours', () => {
  const more = [
    { brightness: 0.5 },
    { resizedCrop: 0.5 },
    { rotationDegrees: 20 },
    { erasing: 1 },
    { widthShift: 0.1 },
  ];
  for (const strength of more)
    expect(moveOf(drawChanges({ ...NO_AUGMENTATION, ...strength }, 1, SIZE_PX))).toBeNull();
  const grey = { matrix: [1, 1, 1, 1, 1, 1, 1, 1, 1], bias: [0, 0, 0] };
  expect(createMovedWriter(SIZE_PX, grey)).toBeNull();
});
