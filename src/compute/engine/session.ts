/** What the engine has ready: a chosen backend, checked weights and a running extractor pool. */
import type { Network } from '../../network/network.ts';
import type {
  BackboneInfo,
  BackendName,
  BackendPreference,
  PrepareProgress,
  PrepareResult,
} from '../../rpc/protocol.ts';
import { throwIfCancelled } from '../../shared/errors.ts';
import type { ResizeMethod } from '../../shared/picture.ts';
import { openWeightsCache, type WeightsCache } from '../../weights/cache.ts';
import { fingerprint, loadManifest, loadPart, toWeights } from '../../weights/load.ts';
import type { PartId, WeightsManifest } from '../../weights/manifest.ts';
import { type ActiveBackend, activateBackend } from '../backends/activate.ts';
import { chooseBackend } from '../backends/choose.ts';
import { probeBackends } from '../backends/probe.ts';
import { RESIZE_VERSION } from '../features/pixels.ts';
import { createExtractorPool, type ExtractorPool } from '../features/pool.ts';
import { poolSizeOf, thisMachine } from '../features/poolSize.ts';

/** Where set-up puts the backbone, from the page's address. */
const MANIFEST_PATH = 'weights/resnet50/manifest.json';

/**
 * The largest square in the middle, so that shapes keep their proportions. On clothing-mini a head gets 0.785 right
 * this way and 0.743 when the whole picture is squeezed (mean of five seeds); ImageNet's classes do as well.
 */
export const RESIZE: ResizeMethod = { fit: 'centerCrop', cropShare: 1, version: RESIZE_VERSION };

/** Pictures of one forward pass. A GPU wants work, a WASM worker wants to be done soon. */
const GPU_BATCH_SIZE = 8;
const WASM_BATCH_SIZE = 1;

export interface Session {
  readonly active: ActiveBackend;
  readonly pool: ExtractorPool;
  readonly manifest: WeightsManifest;
  readonly info: BackboneInfo;
  /** The backbone in float32, decoded anew at each call: only export and import need it. */
  readonly backbone: () => Network;
  /** The head of the 1,000 ImageNet classes, fetched when first asked for. */
  readonly imagenetTop: () => Promise<Network>;
  readonly prepared: PrepareResult;
}

export interface SessionOptions {
  /** Address of the folder that holds `weights/`. */
  readonly baseUrl: string;
  readonly preference: BackendPreference;
  readonly lost: readonly BackendName[];
  readonly spawnExtractor: () => Worker;
  readonly onProgress: (progress: PrepareProgress) => void;
  readonly signal: AbortSignal;
}

interface Loaded {
  readonly manifest: WeightsManifest;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly load: (part: PartId) => Promise<Uint8Array<ArrayBuffer>>;
  readonly fromCache: boolean;
}

async function loadWeights(options: SessionOptions, cache: WeightsCache | null): Promise<Loaded> {
  const { signal, onProgress } = options;
  const manifestUrl = new URL(MANIFEST_PATH, options.baseUrl).href;
  const manifest = await loadManifest(manifestUrl, { cache, signal });
  let fromCache = true;
  const bytes = await loadPart(manifest, 'backbone', {
    baseUrl: manifestUrl,
    cache,
    signal,
    onProgress: (progress) => {
      fromCache = progress.fromCache;
      onProgress({ stage: 'weights', ...progress });
    },
  });
  const load = (part: PartId) => loadPart(manifest, part, { baseUrl: manifestUrl, cache });
  return { manifest, bytes, load, fromCache };
}

/**
 * Chooses a backend, loads and checks the weights, starts the pool.
 * @throws AppError `noBackend`, `backendUnavailable`, `weights…`, `workerDied`, `cancelled`
 */
export async function openSession(options: SessionOptions): Promise<Session> {
  const { preference, lost, onProgress, signal } = options;
  const machine = thisMachine();
  const probes = await probeBackends({
    preference,
    lost,
    wasmWorkers: poolSizeOf('wasm', machine),
    onTesting: (testing) => onProgress({ stage: 'backend', testing }),
  });
  throwIfCancelled(signal);
  const { chosen, candidates } = chooseBackend(probes, preference);
  const active = await activateBackend(chosen);
  const { manifest, bytes, load, fromCache } = await loadWeights(options, await openWeightsCache());
  throwIfCancelled(signal);
  const size = poolSizeOf(chosen, machine);
  onProgress({ stage: 'workers', ready: 0, total: size });
  const pool = await createExtractorPool({
    size,
    spawn: options.spawnExtractor,
    backend: chosen,
    manifest,
    bytes,
    resize: RESIZE,
    batchSize: chosen === 'wasm' ? WASM_BATCH_SIZE : GPU_BATCH_SIZE,
    onReady: (ready) => onProgress({ stage: 'workers', ready, total: size }),
  });
  const info: BackboneInfo = {
    id: manifest.backboneId,
    fingerprint: await fingerprint(manifest),
    inputSizePx: manifest.inputSizePx,
    featureCount: manifest.featureCount,
    resize: RESIZE,
  };
  let top: Promise<Network> | null = null;
  const session: Session = {
    active,
    pool,
    manifest,
    info,
    backbone: () => ({
      name: manifest.backboneId,
      nodes: manifest.nodes,
      weights: toWeights(manifest, 'backbone', bytes),
    }),
    imagenetTop() {
      top ??= load('top').then(
        (topBytes) => ({
          name: 'imagenet',
          nodes: manifest.topNodes,
          weights: toWeights(manifest, 'top', topBytes),
        }),
        (thrown: unknown) => {
          // The next call tries again.
          top = null;
          throw thrown;
        },
      );
      return top;
    },
    prepared: {
      report: { chosen, workers: size, candidates },
      backbone: info,
      weightsFromCache: fromCache,
    },
  };
  // The classes of ImageNet work offline after the first visit only if they came along with it.
  session
    .imagenetTop()
    .catch((thrown: unknown) => console.warn('the ImageNet top is not at hand yet', thrown));
  return session;
}
