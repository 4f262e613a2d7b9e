/** For the tests of the engine: a session of real parts over a network with three stages, small enough for any backend. */

import { createExtractor, type Extractor } from '../../compute/features/extractor.ts';
import type { ExtractorApi } from '../../compute/features/extractorApi.ts';
import { RESIZE } from '../../compute/features/pixels.ts';
import { createExtractorPool, type ExtractorPool } from '../../compute/features/pool.ts';
import type { Session } from '../../compute/jobs/session.ts';
import { createTargetShelf } from '../../compute/jobs/targetShelf.ts';
import { runtimeOf } from '../../compute/runtimes/registry.ts';
import { activateBackend } from '../../compute/runtimes/tensorflow/activate.ts';
import type { TensorflowBackend } from '../../domain/backends.ts';
import type { TrainExample } from '../../domain/checkpoint.ts';
import { inputNodeOf, type NetworkNode, type Weights } from '../../network/network.ts';
import {
  batchNorm,
  CAFFE_PREPROCESSING,
  conv,
  dense,
  featureInput,
  globalAvgPool,
  imageInput,
  padAll,
  relu,
  softmax,
} from '../../network/nodeBuilders.ts';
import { inferShapes, sizeOf, weightShapes } from '../../network/shapes.ts';
import { unfoldBatchNorm } from '../../network/unfold.ts';
import { AppError } from '../../shared/errors.ts';
import { encodeHalf } from '../../shared/half.ts';
import { createRandom } from '../../shared/random.ts';
import { sha256HexInScript } from '../../shared/sha256.ts';
import { fingerprint, toWeights } from '../../weights/load.ts';
import { parseManifest, type WeightsManifest, type WeightsPart } from '../../weights/manifest.ts';
import { createTestWorker } from '../rpc/fakeWorker.ts';

const SIZE_PX = 32;
const FEATURES = 12;
export const TEST_CLASSES = ['red', 'green', 'blue'] as const;

/** Maps of 32, 16, 8 and 4 pixels: cut behind `b_relu` for one stage, `a_relu` for two, `input` for all. */
const NODES: readonly NetworkNode[] = [
  imageInput('input', SIZE_PX, CAFFE_PREPROCESSING),
  conv('a', 'input', 6, 3, { stride: 2, padding: padAll(1) }),
  relu('a_relu', 'a'),
  conv('b', 'a_relu', 8, 3, { stride: 2, padding: padAll(1) }),
  relu('b_relu', 'b'),
  conv('c', 'b_relu', FEATURES, 3, { stride: 2, padding: padAll(1) }),
  relu('c_relu', 'c'),
  globalAvgPool('avg_pool', 'c_relu'),
];
/** The same before it was folded. */
const PUBLISHED: readonly NetworkNode[] = NODES.flatMap((node): NetworkNode[] => {
  if (node.op === 'conv2d') return [node, batchNorm(`${node.name}_norm`, node.name, 1e-3)];
  return [node.op === 'relu' ? { ...node, inputs: [`${node.inputs[0]}_norm`] } : node];
});
/** Of maps that are about as far from nothing as these are. */
const NORMS: Weights = Object.fromEntries(
  NODES.flatMap((node) => (node.op === 'conv2d' ? [node] : [])).flatMap(({ name, filters }) =>
    Object.entries({ gamma: 1.1, movingMean: 0.05, movingVariance: 0.8 }).map(([kind, value]) => [
      `${name}_norm/${kind}`,
      { shape: [filters], values: new Float32Array(filters).fill(value) },
    ]),
  ),
);
const TOP: readonly NetworkNode[] = [
  featureInput('avg_pool', FEATURES),
  dense('fc', 'avg_pool', 2),
  softmax('softmax', 'fc'),
];

function toPart(
  id: WeightsPart['id'],
  nodes: readonly NetworkNode[],
): { part: WeightsPart; bytes: Uint8Array<ArrayBuffer> } {
  const random = createRandom(12);
  const shapes = inferShapes(nodes);
  const values: number[] = [];
  const tensors: WeightsPart['tensors'] = [];
  for (const node of nodes) {
    const inputs = node.inputs.map((name) => shapes.get(name) ?? []);
    for (const { kind, shape } of weightShapes(node, inputs)) {
      const size = sizeOf(shape);
      // Of numbers from 0 to 255 the first layer makes small ones, on which a head learns well.
      const scale = Math.sqrt(24 / (size / (shape.at(-1) ?? 1))) / (node.name === 'a' ? 100 : 1);
      const [byteOffset, byteLength] = [values.length * 2, size * 2];
      tensors.push({
        name: `${node.name}/${kind}`,
        shape: [...shape],
        dtype: 'float16',
        byteOffset,
        byteLength,
      });
      for (let i = 0; i < size; i++) values.push(kind === 'kernel' ? (random.next() - 0.5) * scale : 0);
    }
  }
  const bytes = new Uint8Array(encodeHalf(Float32Array.from(values)).buffer);
  const shard = { path: `${id}-01.bin`, sizeBytes: bytes.length, sha256: sha256HexInScript(bytes) };
  return { part: { id, tensors, shards: [shard] }, bytes };
}

function createManifest(): { manifest: WeightsManifest; bytes: Uint8Array<ArrayBuffer> } {
  const backbone = toPart('backbone', NODES);
  const manifest = parseManifest({
    ...{ format: 'headstart-weights', version: 1, backboneId: 'tiny', inputSizePx: SIZE_PX },
    ...{ featureNode: 'avg_pool', featureCount: FEATURES, nodes: NODES, topNodes: TOP },
    labels: ['this', 'that'],
    source: { package: 'tiny', version: '1.0.0', licence: 'MIT', note: 'for tests', converterVersion: 1 },
    parts: [backbone.part, toPart('top', TOP).part],
  });
  return { manifest, bytes: backbone.bytes };
}

export interface TestEngine {
  readonly session: Session;
  /** Pictures that the extractors were given since it was last emptied, by what they were asked for. */
  readonly asked: { target: string; isAugmented: boolean }[];
  close(): void;
}

/** The real pool, client, server and extractor; only the threads are missing. */
export async function createTestEngine(backend: TensorflowBackend): Promise<TestEngine> {
  const { manifest, bytes } = createManifest();
  const active = await activateBackend(backend);
  const asked: { target: string; isAugmented: boolean }[] = [];
  let extractor: Extractor | null = null;
  const running = () => {
    if (!extractor) throw new AppError('unexpected');
    return extractor;
  };
  const input = inputNodeOf(manifest.nodes);
  const usual = { arithmetic: 'float32', upTo: null } as const;
  const pool: ExtractorPool = await createExtractorPool({
    ...{ size: 1, batchSize: 4, input, resize: RESIZE, onReady: () => undefined },
    spawn: () =>
      createTestWorker<ExtractorApi>({
        start: async (options) => {
          extractor = createExtractor(options);
          return null;
        },
        addTarget: async (start) => {
          await running().addTarget(start);
          return null;
        },
        removeTarget: async (target) => {
          running().removeTarget(target);
          return null;
        },
        extract: ({ pictures, target }) => {
          for (const picture of pictures) {
            asked.push({ target: target.upTo ?? '', isAugmented: 'augment' in picture });
          }
          return running().extract(pictures, target);
        },
      }),
  });
  const forward = await runtimeOf(backend).prepareForward(backend, { manifest, bytes }, usual);
  await pool.addTarget({ ...usual, forward });
  const shelf = createTargetShelf(pool, usual, async (target) =>
    target.input || target.upTo === input.name
      ? null
      : runtimeOf(backend).prepareForward(backend, { manifest, bytes }, target),
  );
  const info = {
    ...{ id: 'tiny', fingerprint: await fingerprint(manifest), resize: RESIZE },
    ...{ inputSizePx: SIZE_PX, featureCount: FEATURES },
  };
  const session: Session = {
    ...{
      active,
      pool,
      plan: manifest,
      ownInput: null,
      credit: 'tiny',
      info,
      arithmetic: 'float32',
      computesInt8: false,
      rangesId: '',
    },
    openTarget: shelf.open,
    bring: async () => false,
    backbone: () => ({ name: 'tiny', nodes: NODES, weights: toWeights(manifest, 'backbone', bytes) }),
    imagenetTop: () => Promise.reject(new AppError('unexpected')),
    unfold: async (part) => unfoldBatchNorm(part, PUBLISHED, NORMS),
    prepared: {
      report: { chosen: backend, arithmetic: 'float32', workers: 1, candidates: [] },
      ...{ backbone: info, networks: [], published: 'tiny' },
    },
  };
  return { session, asked, close: () => pool.terminate() };
}

async function drawPicture(index: number): Promise<Blob> {
  const canvas = new OffscreenCanvas(SIZE_PX, SIZE_PX);
  const context = canvas.getContext('2d');
  if (!context) throw new Error('no canvas');
  const random = createRandom(100 + index);
  const own = index % TEST_CLASSES.length;
  for (let y = 0; y < SIZE_PX; y += 4) {
    for (let x = 0; x < SIZE_PX; x += 4) {
      const [r, g, b] = [0, 1, 2].map((c) => Math.floor(random.next() * 200 + (c === own ? 40 : 0)));
      context.fillStyle = `rgb(${r} ${g} ${b})`;
      context.fillRect(x, y, 4, 4);
    }
  }
  return canvas.convertToBlob({ type: 'image/png' });
}

export interface TestPictures {
  readonly pictures: readonly { readonly hash: string; readonly blob: Blob }[];
  /** Of every ten pictures six are for training, two for validation and two for test. */
  readonly examples: readonly TrainExample[];
}

/** Noise with a tint by class. */
export async function drawPictures(count: number): Promise<TestPictures> {
  const pictures = await Promise.all(
    Array.from({ length: count }, async (_, i) => ({ hash: `hash-${i}`, blob: await drawPicture(i) })),
  );
  const examples = pictures.map(({ hash }, i): TrainExample => {
    const place = i % 10;
    const split = place < 6 ? 'train' : place < 8 ? 'validation' : 'test';
    return { hash, classIndex: i % TEST_CLASSES.length, split };
  });
  return { pictures, examples };
}
