/** A picture as the intake worker tells of it, with the bytes and the thumbnail that go without saying. */
import type { PictureBytes, ReadPicture } from '../../domain/picture.ts';
import { toOwnBlob } from '../../domain/pictureBytes.ts';
import type { IntakePicture, IntakeProgress } from '../../rpc/intakeApi.ts';

/** One that is its own thumbnail has one value for both. */
export type HeldPicture = Omit<IntakePicture, 'blob' | 'thumbnail'> & {
  readonly blob: PictureBytes;
  readonly thumbnail: PictureBytes;
};

/** The pictures of a message; small ones share its pack. */
export function toHeldPictures({
  pictures,
  pack,
}: Pick<IntakeProgress, 'pictures' | 'pack'>): readonly HeldPicture[] {
  const shared = pack ?? new Blob();
  return pictures.map((picture) => {
    const blob = picture.blob instanceof Blob ? picture.blob : { ...picture.blob, pack: shared };
    return { ...picture, blob, thumbnail: picture.thumbnail ?? blob };
  });
}

/** With a blob of its own. */
export function toReadPicture(picture: HeldPicture): ReadPicture {
  const blob = toOwnBlob(picture.blob);
  const isOwn = picture.thumbnail === picture.blob;
  return { ...picture, blob, thumbnail: isOwn ? blob : toOwnBlob(picture.thumbnail) };
}
