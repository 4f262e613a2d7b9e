/** What lies in IndexedDB, and how each version grew out of the one before. */

import type { DBSchema, IDBPDatabase, IDBPTransaction, StoreNames } from 'idb';
import { type CheckpointHeader, type CheckpointRecord, toHeader } from '../domain/checkpoint.ts';
import type { Dataset } from '../domain/dataset.ts';
import type { ModelRecord } from '../domain/model.ts';
import type { OwnBackbone } from '../domain/ownBackbone.ts';
import type { ContentHash } from '../domain/picture.ts';
import type { RunRecord } from '../domain/runRecord.ts';
import type { Network } from '../network/network.ts';

/** A small picture as bytes: thousands are read at once, and a Blob each would be a file handle each. */
export interface StoredThumbnail {
  readonly bytes: ArrayBuffer;
  readonly type: string;
}

/** Pictures one behind the other. */
export interface PictureBlock {
  readonly hashes: readonly ContentHash[];
  /** First byte behind each. */
  readonly ends: Uint32Array<ArrayBuffer>;
  /** MIME type of each. */
  readonly types: readonly string[];
}

export interface HeadstartSchema extends DBSchema {
  /** Key `[source, hash]`; `source` names the backbone's weights and the resize. Value: float16 bits, `[features]`. */
  features: { key: [string, ContentHash]; value: Uint16Array<ArrayBuffer> };
  /** What lists and details show of a model. */
  models: { key: string; value: ModelRecord };
  /** Key: the model's id. Apart from `models`, so that a list does not read every weight. Long arrays lie in `pieces`. */
  heads: { key: string; value: Network };
  runs: { key: string; value: RunRecord; indexes: { startedAt: string } };
  /** The one in use under the key `current`; beside it, under the time, any that this version could not read. */
  dataset: { key: string; value: Dataset };
  /** Bytes where the browser keeps no blobs. */
  pictures: { key: ContentHash; value: Blob | StoredThumbnail };
  thumbnails: { key: ContentHash; value: StoredThumbnail };
  /** Small pictures that are their own thumbnails, many in a record: what lies where in the bytes of the same key. */
  pictureBlocks: { key: number; value: PictureBlock };
  pictureBlockBytes: { key: number; value: ArrayBuffer };
  /**
   * Under the key `current`: of the run that goes on, or that was interrupted last. Long arrays lie in `pieces`. Beside
   * it, under the time, any that this version could not read.
   */
  checkpoint: { key: string; value: CheckpointRecord };
  /** Of the same; written and deleted together with it. */
  checkpointHeader: { key: 'current'; value: CheckpointHeader };
  /** One value under the key `current`: the run that alone may write checkpoints. */
  checkpointOwner: { key: 'current'; value: { readonly startedAt: string } };
  /** Weights that a person brought, by their fingerprint: what lists show of them. */
  backbones: { key: string; value: OwnBackbone };
  /** Key `[fingerprint, part]`: `features` up to the features, `top` behind them. Long arrays lie in `pieces`. */
  backboneNetworks: { key: [string, 'features' | 'top']; value: Network };
  /** Key `[owner, index]`. The bytes of long arrays of a record, cut up: see `pieces.ts`. */
  pieces: { key: [string, number]; value: Uint8Array<ArrayBuffer> };
}

export type StoreName = StoreNames<HeadstartSchema>;

/** Brings a database one version further, inside the transaction of the upgrade. */
export type Upgrade<Schema extends DBSchema> = (
  database: IDBPDatabase<Schema>,
  transaction: IDBPTransaction<Schema, StoreNames<Schema>[], 'versionchange'>,
) => void | Promise<void>;

/**
 * Entry `i` leads from version `i` to version `i + 1`. A change of the schema is a new entry at the end; entries
 * that were released never change. Their promises may wait for requests of their transaction only.
 */
export const UPGRADES: readonly Upgrade<HeadstartSchema>[] = [
  (database) => {
    database.createObjectStore('features');
    database.createObjectStore('models', { keyPath: 'id' });
    database.createObjectStore('heads');
    database.createObjectStore('runs', { keyPath: 'id' }).createIndex('startedAt', 'startedAt');
    database.createObjectStore('dataset');
    database.createObjectStore('pictures');
    database.createObjectStore('thumbnails');
  },
  (database) => {
    database.createObjectStore('checkpoint');
  },
  async (database, transaction) => {
    const headers = database.createObjectStore('checkpointHeader');
    const kept = await transaction.objectStore('checkpoint').get('current');
    if (kept) await headers.put(toHeader(kept), 'current');
  },
  // Records are written with other names from here on: an older tab, which does not know them, has to give way. What lies
  // here already gets them as it is read (`domain/olderVersions.ts`).
  () => undefined,
  (database) => {
    database.createObjectStore('checkpointOwner');
    database.createObjectStore('pieces');
  },
  (database) => {
    database.createObjectStore('backbones', { keyPath: 'fingerprint' });
    database.createObjectStore('backboneNetworks');
  },
  (database) => {
    database.createObjectStore('pictureBlocks', { autoIncrement: true });
    database.createObjectStore('pictureBlockBytes');
  },
];
