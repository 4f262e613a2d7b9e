/** Weights that a person brought, kept so that they are there offline: a record that lists show, and the networks. */

import type { OwnBackbone } from '../domain/ownBackbone.ts';
import type { Network } from '../network/network.ts';
import { AppError } from '../shared/errors.ts';
import { inTransaction } from './database.ts';
import { deletePieces, putPieces, withPieces } from './piecedRecord.ts';
import { type ReadRecords, readAllVersioned, readVersioned, withVersion } from './versionedRecord.ts';

const PARTS = ['features', 'top'] as const;
type Part = (typeof PARTS)[number];

export interface StoredBackbone {
  readonly record: OwnBackbone;
  /** From the picture to the features, BatchNorm unfolded; folded where an earlier version kept it. */
  readonly features: Network;
}

/** All of it or nothing; the same weights once more take the place of those that there are. @throws AppError of the storage */
export async function saveBackbone(
  record: OwnBackbone,
  networks: Readonly<Record<Part, Network | null>>,
): Promise<void> {
  const { fingerprint } = record;
  await inTransaction(['backbones', 'backboneNetworks', 'pieces'], 'readwrite', async (transaction) => {
    const stored = transaction.objectStore('backboneNetworks');
    const pieces = transaction.objectStore('pieces');
    await transaction.objectStore('backbones').put(withVersion('ownBackbone', record));
    for (const part of PARTS) {
      const network = networks[part];
      await deletePieces(pieces, await stored.get([fingerprint, part]));
      if (!network) await stored.delete([fingerprint, part]);
      else {
        const apart = await putPieces(pieces, `backbone ${fingerprint} ${part}`, network);
        await stored.put(withVersion('head', apart), [fingerprint, part]);
      }
    }
  });
}

/** The last added first. @throws AppError storageUnavailable, storageBlocked */
export async function readBackbones(): Promise<ReadRecords<OwnBackbone>> {
  const stored = await inTransaction(['backbones'], 'readonly', ({ store }) => store.getAll());
  const { records, unreadable } = await readAllVersioned<OwnBackbone>('ownBackbone', stored);
  return { records: records.toSorted((a, b) => (a.addedAt < b.addedAt ? 1 : -1)), unreadable };
}

async function readNetwork(fingerprint: string, part: Part): Promise<Network | null> {
  const stored = await inTransaction(['backboneNetworks', 'pieces'], 'readonly', async (transaction) => {
    const network = await transaction.objectStore('backboneNetworks').get([fingerprint, part]);
    return network && withPieces(transaction.objectStore('pieces'), network);
  });
  return stored ? readVersioned<Network>('head', stored) : null;
}

/** null where there is none of that fingerprint. @throws AppError recordUnreadable, recordFromLater, of the storage */
export async function findStoredBackbone(fingerprint: string): Promise<StoredBackbone | null> {
  const stored = await inTransaction(['backbones'], 'readonly', ({ store }) => store.get(fingerprint));
  if (!stored) return null;
  const record = await readVersioned<OwnBackbone>('ownBackbone', stored);
  const features = await readNetwork(fingerprint, 'features');
  if (!features) throw new AppError('recordUnreadable', { kind: 'ownBackbone' });
  return { record, features };
}

/** From the features to the classes that it was trained on; null where they did not come along. @throws as above */
export function findStoredTop(fingerprint: string): Promise<Network | null> {
  return readNetwork(fingerprint, 'top');
}

/** One that is not there is no error. @throws AppError storageUnavailable, storageBlocked */
export async function deleteStoredBackbone(fingerprint: string): Promise<void> {
  await inTransaction(['backbones', 'backboneNetworks', 'pieces'], 'readwrite', async (transaction) => {
    const stored = transaction.objectStore('backboneNetworks');
    for (const part of PARTS) {
      await deletePieces(transaction.objectStore('pieces'), await stored.get([fingerprint, part]));
      await stored.delete([fingerprint, part]);
    }
    await transaction.objectStore('backbones').delete(fingerprint);
  });
}
