/** What the engine has ready: a chosen backend, a running extractor pool, and once it is brought the backbone. */

import type { Arithmetic, BackendName, BackendPreference } from '../../domain/backends.ts';
import type { BackboneInfo } from '../../domain/model.ts';
import { DEFAULT_BACKBONE_ID } from '../../network/backbones/defaultBackbone.ts';
import { BACKBONES, findBackbone } from '../../network/backbones/registry.ts';
import { type InputNode, inputNodeOf, type Network, type NetworkNode } from '../../network/network.ts';
import { unfoldBatchNorm } from '../../network/unfold.ts';
import type { PrepareProgress, PrepareResult } from '../../rpc/engineApi.ts';
import { throwIfCancelled } from '../../shared/errors.ts';
import { sha256Hex } from '../../shared/sha256.ts';
import { sweepScratch } from '../../storage/scratchFile.ts';
import { toWeights } from '../../weights/load.ts';
import type { WeightsManifest } from '../../weights/manifest.ts';
import type { ExtractionTarget } from '../features/extractorApi.ts';
import { RESIZE } from '../features/pixels.ts';
import { createExtractorPool, type ExtractorPool } from '../features/pool.ts';
import { halved, poolSizeOf, thisMachine } from '../features/poolSize.ts';
import { pickBackend } from '../runtimes/choose/choose.ts';
import { probeBackends } from '../runtimes/choose/probeBackends.ts';
import { runtimeOf } from '../runtimes/registry.ts';
import { type ActiveBackend, activateBackend } from '../runtimes/tensorflow/activate.ts';
import { type BackboneWeights, type LabelledTop, openBackboneWeights } from './backboneWeights.ts';
import { networksFromScratch } from './factsOfNetworks.ts';
import { createTargetShelf } from './targetShelf.ts';

/** Pictures of one forward pass. A GPU wants work, a worker on the processor wants to be done soon. */
const GPU_BATCH_SIZE = 8;
const CPU_BATCH_SIZE = 1;

/** What a session's network is up to its features, whatever its weights. */
export interface BackbonePlan extends Pick<WeightsManifest, 'backboneId' | 'featureNode' | 'featureCount'> {
  readonly nodes: readonly NetworkNode[];
}

export interface Session {
  readonly active: ActiveBackend;
  readonly pool: ExtractorPool;
  /** What features are computed in unless asked otherwise. */
  readonly arithmetic: Arithmetic;
  /** Whether it can compute in 8-bit integers, asked or not. */
  readonly computesInt8: boolean;
  /**
   * Makes the workers able to compute up to a target, until what it returns is called.
   * @throws AppError `outOfMemory`, `workerDied`
   */
  readonly openTarget: (target: ExtractionTarget) => Promise<() => Promise<void>>;
  readonly plan: BackbonePlan;
  readonly info: BackboneInfo;
  /** Where the workers know nothing of the network, since it has fresh weights: what the pictures enter it by. */
  readonly ownInput: InputNode | null;
  /** Tells one set of activation ranges from another. */
  readonly rangesId: string;
  /**
   * Loads and checks the weights and gives them to the workers, unless that is done: all that is no run from scratch needs it.
   * @returns whether they came from the cache
   * @throws AppError `weights…`, `workerDied`, `outOfMemory`, `cancelled`
   */
  readonly bring: (onProgress: (progress: PrepareProgress) => void, signal: AbortSignal) => Promise<boolean>;
  /**
   * The backbone in float32, decoded anew at each call: only export and import need it. Without weights where it has fresh ones.
   * @throws Error before it was brought
   */
  readonly backbone: () => Network;
  /** Whose weights they are, for model files. */
  readonly credit: string;
  /** The head of the 1,000 ImageNet classes, fetched when first asked for. */
  readonly imagenetTop: () => Promise<LabelledTop>;
  /** A part of it, or what has become of one, with each BatchNorm as a node that can learn. @throws AppError `normsMissing`, `weights…` */
  readonly unfold: (part: Network) => Promise<Network>;
  readonly prepared: Omit<PrepareResult, 'weightsFromCache'>;
}

export interface SessionOptions {
  /** Address of the folder that holds `weights/`. */
  readonly baseUrl: string;
  readonly preference: BackendPreference;
  /** Fingerprint of weights that a person brought; null: those that are published with the app. */
  readonly own: string | null;
  /** float32 even where 8-bit integers are faster. */
  readonly exact: boolean;
  readonly lost: readonly BackendName[];
  /** As `poolSizeOf` takes them. */
  readonly setbacks: number;
  readonly spawnExtractor: () => Worker;
  readonly onProgress: (progress: PrepareProgress) => void;
  readonly signal: AbortSignal;
}

/** 8-bit integers need ranges, which weights made by an older set-up do not have. */
function arithmeticsFor(manifest: WeightsManifest, exact: boolean): readonly [Arithmetic, ...Arithmetic[]] {
  return exact || !manifest.activationRanges ? ['float32'] : ['int8', 'float32'];
}

/** The backbone of a session, which nothing but `bring` loads. */
function createBackbone(
  weights: BackboneWeights,
  usual: ExtractionTarget,
  { pool, chosen }: { readonly pool: ExtractorPool; readonly chosen: BackendName },
) {
  const { manifest } = weights;
  let brought: { readonly bytes: Uint8Array<ArrayBuffer>; readonly fromCache: boolean } | null = null;
  const present = () => {
    if (!brought) throw new Error('the backbone has not been brought');
    return { manifest, bytes: brought.bytes };
  };
  const prepareForward = (target: ExtractionTarget) =>
    runtimeOf(chosen).prepareForward(chosen, present(), target);

  async function bring(...[onProgress, signal]: Parameters<Session['bring']>): Promise<boolean> {
    if (brought) return brought.fromCache;
    const loaded = await weights.load(onProgress, signal);
    throwIfCancelled(signal);
    brought = loaded;
    try {
      const tell = (ready: number) => onProgress({ stage: 'workers', ready, total: pool.size });
      tell(0);
      await pool.addTarget({ ...usual, forward: await prepareForward(usual) }, tell);
    } catch (thrown) {
      brought = null;
      // Some workers may have it already.
      await pool.removeTarget(usual).catch(() => undefined);
      throw thrown;
    }
    return loaded.fromCache;
  }

  return { bring, present, prepareForward };
}

/**
 * Chooses a backend and starts the pool; `bring` does the rest.
 * @throws AppError `noBackend`, `backendUnavailable`, `weights…`, `workerDied`, `outOfMemory`, `cancelled`
 */
export async function openSession(options: SessionOptions): Promise<Session> {
  const { preference, lost, setbacks, onProgress, signal } = options;
  const machine = thisMachine();
  void sweepScratch();
  const weights = await openBackboneWeights(options.own, options);
  const { manifest } = weights;
  const arithmetics = arithmeticsFor(manifest, options.exact);
  const input = inputNodeOf(manifest.nodes);
  const probes = await probeBackends({
    preference,
    lost,
    workersOn: (name) => poolSizeOf(name, machine, setbacks),
    ...{ arithmetics, nodes: manifest.nodes, ranges: manifest.activationRanges ?? {} },
    onTesting: (testing) => onProgress({ stage: 'backend', testing }),
  });
  throwIfCancelled(signal);
  const { chosen, arithmetic, candidates } = pickBackend(probes, preference);
  // Heads are small; beside our own kernels they run on TensorFlow.js.
  const active = await activateBackend(chosen === 'cpu' ? 'wasm' : chosen);
  const usual: ExtractionTarget = { arithmetic, upTo: null };
  const size = poolSizeOf(chosen, machine, setbacks);
  onProgress({ stage: 'workers', ready: 0, total: size });
  const pool = await createExtractorPool({
    size,
    spawn: options.spawnExtractor,
    input,
    resize: RESIZE,
    batchSize: chosen === 'cpu' || chosen === 'wasm' ? CPU_BATCH_SIZE : halved(GPU_BATCH_SIZE, setbacks),
    onReady: (ready) => onProgress({ stage: 'workers', ready, total: size }),
  });
  const { bring, present, prepareForward } = createBackbone(weights, usual, { pool, chosen });
  const shelf = createTargetShelf(pool, usual, async (target) =>
    target.input || target.upTo === input.name ? null : prepareForward(target),
  );
  const title = BACKBONES.find(({ id }) => id === manifest.backboneId)?.title;
  const info: BackboneInfo = {
    id: manifest.backboneId,
    ...(title === undefined ? {} : { title }),
    fingerprint: weights.fingerprint,
    inputSizePx: manifest.inputSizePx,
    featureCount: manifest.featureCount,
    resize: RESIZE,
  };
  const rangesBytes = new TextEncoder().encode(JSON.stringify(manifest.activationRanges ?? {}));
  let top: Promise<LabelledTop> | null = null;
  const session: Session = {
    active,
    pool,
    arithmetic,
    computesInt8: runtimeOf(chosen).arithmetics.includes('int8') && manifest.activationRanges !== undefined,
    openTarget: shelf.open,
    plan: manifest,
    info,
    ownInput: null,
    rangesId: (await sha256Hex(rangesBytes)).slice(0, 8),
    async bring(onBringing, ofCall) {
      const fromCache = await bring(onBringing, ofCall);
      // The classes of ImageNet work offline after the first visit only if they came along with it.
      session
        .imagenetTop()
        .catch((thrown: unknown) => console.warn('the ImageNet top is not at hand yet', thrown));
      return fromCache;
    },
    backbone: () => ({
      name: manifest.backboneId,
      nodes: manifest.nodes,
      weights: toWeights(manifest, 'backbone', present().bytes),
    }),
    credit: weights.credit,
    imagenetTop() {
      top ??= weights.loadTop().catch((thrown: unknown) => {
        // The next call tries again.
        top = null;
        throw thrown;
      });
      return top;
    },
    async unfold(part) {
      const norms = await weights.loadNorms();
      return unfoldBatchNorm(part, findBackbone(manifest.backboneId).buildNodes(), norms);
    },
    prepared: {
      report: { chosen, arithmetic, workers: size, candidates },
      backbone: info,
      networks: networksFromScratch(),
      published: DEFAULT_BACKBONE_ID,
    },
  };
  return session;
}
