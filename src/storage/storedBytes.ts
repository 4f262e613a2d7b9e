/** Blobs on their way into IndexedDB: some browsers keep none there, as WebKit in private windows, but all keep bytes. */
import type { ContentHash, PackedBytes, PictureBytes } from '../domain/picture.ts';
import { isPacked } from '../domain/pictureBytes.ts';
import type { StoredThumbnail } from './stores.ts';

/** @throws DOMException where the file behind it has changed or gone */
export async function toStoredBytes(blob: Blob): Promise<StoredThumbnail> {
  return { bytes: await blob.arrayBuffer(), type: blob.type };
}

export function toBlob(stored: Blob | StoredThumbnail): Blob {
  return stored instanceof Blob ? stored : new Blob([stored.bytes], { type: stored.type });
}

export interface SmallPicture {
  readonly hash: ContentHash;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly type: string;
}

/** Of each pack all that is wanted of it, from the first to the last, in one read: each has a price of its own. */
function readPacks(
  packed: readonly PackedBytes[],
): ReadonlyMap<Blob, Promise<readonly [number, ArrayBuffer]>> {
  const ranges = new Map<Blob, { begin: number; end: number }>();
  for (const { pack, begin, end } of packed) {
    const range = ranges.get(pack);
    ranges.set(pack, {
      begin: Math.min(begin, range?.begin ?? begin),
      end: Math.max(end, range?.end ?? end),
    });
  }
  return new Map(
    [...ranges].map(([pack, { begin, end }]) => {
      const reading = pack.slice(begin, end).arrayBuffer();
      return [pack, reading.then((bytes) => [begin, bytes] as const)];
    }),
  );
}

/** @throws DOMException where the file behind one has changed or gone */
export async function readSmall(
  pictures: readonly { readonly hash: ContentHash; readonly blob: PictureBytes }[],
): Promise<readonly SmallPicture[]> {
  const packs = readPacks(pictures.flatMap(({ blob }) => (isPacked(blob) ? [blob] : [])));
  return Promise.all(
    pictures.map(async ({ hash, blob }) => {
      if (!isPacked(blob)) return { hash, bytes: new Uint8Array(await blob.arrayBuffer()), type: blob.type };
      const [first = 0, bytes = new ArrayBuffer()] = (await packs.get(blob.pack)) ?? [];
      return {
        hash,
        bytes: new Uint8Array(bytes, blob.begin - first, blob.end - blob.begin),
        type: blob.type,
      };
    }),
  );
}
