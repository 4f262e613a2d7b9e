/** Shows how training will see a picture, by the very functions that training uses. */
import type { PreviewArgs } from '../../rpc/intakeApi.ts';
import type { CallContext } from '../../rpc/server.ts';
import { throwIfCancelled } from '../../shared/errors.ts';
import { toExample, withSource } from '../features/augment/augmentPicture.ts';
import type { PixelSource } from '../features/augment/changes.ts';
import { exampleSeeds } from '../features/augment/recipes.ts';
import type { Pixels } from '../features/augment/warp.ts';
import { decodedBytesOfPicture } from '../features/decodeQueue.ts';
import { RESIZE } from '../features/pixels.ts';
import { yieldToMessages } from '../yield.ts';
import { intakeDecoding } from './intakeDecoding.ts';

/** The handler of `IntakeApi.previewAugmentation`. */
export async function drawAugmentedViews(
  { picture, partner, augmentation, seed, count, sizePx }: PreviewArgs,
  { signal }: Pick<CallContext<never>, 'signal'>,
): Promise<readonly Pixels[]> {
  const draw = async (source: PixelSource, other: PixelSource | null) => {
    const examples: Pixels[] = [];
    for (let view = 0; view < count; view++) {
      // Whoever moves a slider asks again before this answer is there.
      await yieldToMessages();
      throwIfCancelled(signal);
      const seeds = exampleSeeds('', seed, view);
      const mixed = other && { source: other, seed: seeds.partner };
      examples.push(toExample(source, mixed, augmentation, seeds.own));
    }
    return examples;
  };
  const other = augmentation.mixUp > 0 || augmentation.cutMix > 0 ? partner : null;
  const blobs = [picture, ...(other ? [other] : [])];
  const bytes = await Promise.all(blobs.map(decodedBytesOfPicture));
  throwIfCancelled(signal);
  return intakeDecoding.run(
    bytes.reduce((sum, one) => sum + one, 0),
    () =>
      withSource(picture, sizePx, RESIZE, (source) =>
        other ? withSource(other, sizePx, RESIZE, (mixed) => draw(source, mixed)) : draw(source, null),
      ),
  );
}
