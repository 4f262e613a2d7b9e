/** Blobs on their way into IndexedDB: some browsers keep none there, as WebKit in private windows, but all keep bytes. */
import type { StoredThumbnail } from './stores.ts';

/** @throws DOMException where the file behind it has changed or gone */
export async function toStoredBytes(blob: Blob): Promise<StoredThumbnail> {
  return { bytes: await blob.arrayBuffer(), type: blob.type };
}

export function toBlob(stored: Blob | StoredThumbnail): Blob {
  return stored instanceof Blob ? stored : new Blob([stored.bytes], { type: stored.type });
}
