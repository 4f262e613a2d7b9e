/** A picture as the intake worker tells of it, with the thumbnail that goes without saying. */
import type { ReadPicture } from '../../domain/picture.ts';
import type { IntakePicture } from '../../rpc/intakeApi.ts';

export function withThumbnail<Picture extends IntakePicture>(
  picture: Picture,
): Picture & Pick<ReadPicture, 'thumbnail'> {
  return { ...picture, thumbnail: picture.thumbnail ?? picture.blob };
}
