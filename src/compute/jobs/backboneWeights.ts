/** The weights that a session works with: those that are published with the app, or those that a person brought. */

import type { BackboneInfo } from '../../domain/model.ts';
import { DEFAULT_BACKBONE_ID, manifestPathOf } from '../../network/backbones/defaultBackbone.ts';
import { findBackbone } from '../../network/backbones/registry.ts';
import { foldBatchNorm, foldedNorms } from '../../network/fold.ts';
import type { Network, Weights } from '../../network/network.ts';
import type { PrepareProgress } from '../../rpc/engineApi.ts';
import { AppError } from '../../shared/errors.ts';
import { findStoredBackbone, findStoredTop } from '../../storage/storedBackbones.ts';
import { openWeightsCache } from '../../weights/cache.ts';
import { fingerprint, loadManifest, loadPart, toWeights } from '../../weights/load.ts';
import type { WeightsManifest } from '../../weights/manifest.ts';
import { toOwnManifest } from '../../weights/own/ownManifest.ts';

/** A head over the features, and what its outputs are. */
export interface LabelledTop {
  readonly network: Network;
  readonly labels: readonly string[];
}

export interface BackboneWeights {
  readonly manifest: WeightsManifest;
  /** Two equal fingerprints are the same features. */
  readonly fingerprint: string;
  /** Whose they are, for model files. */
  readonly credit: string;
  /** @throws AppError `weights…`, `cancelled` */
  readonly load: (
    onProgress: (progress: PrepareProgress) => void,
    signal: AbortSignal,
  ) => Promise<{ readonly bytes: Uint8Array<ArrayBuffer>; readonly fromCache: boolean }>;
  /** The 1,000 classes of ImageNet. @throws AppError `topMissing` where they did not come along */
  readonly loadTop: () => Promise<LabelledTop>;
  /** As `foldedNorms` gives them. @throws AppError `normsMissing` where they did not come along; as `load` */
  readonly loadNorms: () => Promise<Weights>;
}

/** @param baseUrl address of the folder that holds `weights/`. @throws AppError `weights…`, `cancelled` */
async function publishedWeights(baseUrl: string, signal: AbortSignal): Promise<BackboneWeights> {
  const { id } = findBackbone(DEFAULT_BACKBONE_ID);
  const manifestUrl = new URL(manifestPathOf(id), baseUrl).href;
  const cache = await openWeightsCache();
  const manifest = await loadManifest(manifestUrl, { cache, signal });
  const { source } = manifest;
  async function loadNorms(): Promise<Weights> {
    if (!manifest.norms) throw new AppError('normsMissing');
    const bytes = await loadPart(manifest, 'norms', { baseUrl: manifestUrl, cache });
    return toWeights(manifest, 'norms', bytes);
  }
  return {
    manifest,
    fingerprint: await fingerprint(manifest),
    credit: `${source.package} ${source.version} (${source.licence}). ${source.note}`,
    async load(onProgress, ofCall) {
      let fromCache = true;
      const bytes = await loadPart(manifest, 'backbone', {
        ...{ baseUrl: manifestUrl, cache, signal: ofCall },
        onProgress: (progress) => {
          fromCache = progress.fromCache;
          onProgress({ stage: 'weights', ...progress });
        },
      });
      // Offline after the first visit, BatchNorm can learn only if it came along with it.
      loadNorms().catch((thrown: unknown) => console.warn('BatchNorm is not at hand yet', thrown));
      return { bytes, fromCache };
    },
    async loadTop() {
      const bytes = await loadPart(manifest, 'top', { baseUrl: manifestUrl, cache });
      const weights = toWeights(manifest, 'top', bytes);
      return { network: { name: 'imagenet', nodes: manifest.topNodes, weights }, labels: manifest.labels };
    },
    loadNorms,
  };
}

/** null where they are gone. @throws AppError of the storage, `outOfMemory` */
async function ownWeights(own: string, options: WeightsOptions): Promise<BackboneWeights | null> {
  const stored = await findStoredBackbone(own);
  if (!stored) return null;
  const { record } = stored;
  const backbone = findBackbone(record.backboneId);
  // A run from scratch needs no more than the manifest: what is large is read again by whoever asks for it.
  const read = async () => {
    const found = await findStoredBackbone(own);
    if (!found) throw new AppError('ownWeightsGone');
    return found.features;
  };
  const { manifest } = toOwnManifest(backbone, foldBatchNorm(stored.features));
  return {
    manifest,
    fingerprint: record.fingerprint,
    credit: `${backbone.title}, with the weights of the file "${record.fileName}"`,
    load: async () => ({
      bytes: toOwnManifest(backbone, foldBatchNorm(await read())).bytes,
      fromCache: true,
    }),
    async loadNorms() {
      // Those that were added by an earlier version lie here folded; added again, they have them.
      const norms = foldedNorms(await read());
      if (Object.keys(norms).length === 0) throw new AppError('normsMissing');
      return norms;
    },
    async loadTop() {
      const network = await findStoredTop(own);
      if (!network) throw new AppError('topMissing');
      // The same thousand in the same order, whoever trained on them.
      const { labels } = (await publishedWeights(options.baseUrl, options.signal)).manifest;
      return { network: { ...network, name: 'imagenet' }, labels };
    },
  };
}

interface WeightsOptions {
  readonly baseUrl: string;
  readonly signal: AbortSignal;
}

/**
 * @param own fingerprint of weights that a person brought; null: the published ones. Where they are gone, those are.
 * @throws AppError `weights…`, `cancelled`, of the storage, `outOfMemory`
 */
export async function openBackboneWeights(
  own: string | null,
  options: WeightsOptions,
): Promise<BackboneWeights> {
  const found = own === null ? null : await ownWeights(own, options);
  return found ?? publishedWeights(options.baseUrl, options.signal);
}

/**
 * The backbone that a model was made over, with its weights, beside the one that is in use.
 * @throws AppError `modelOfOtherBackbone` where they are not here; `weights…`, `cancelled`, of the storage, `outOfMemory`
 */
export async function loadBackboneOf(
  { id, fingerprint: wanted }: Pick<BackboneInfo, 'id' | 'fingerprint'>,
  options: WeightsOptions,
): Promise<Network> {
  const found = await openBackboneWeights(wanted, options);
  if (found.fingerprint !== wanted) throw new AppError('modelOfOtherBackbone', { backbone: id });
  const { bytes } = await found.load(() => undefined, options.signal);
  return { name: id, nodes: found.manifest.nodes, weights: toWeights(found.manifest, 'backbone', bytes) };
}
