/** A network small enough for a software GPU, in the place of ResNet50: its own manifest and shards, all else is the app. */
import { createHash } from 'node:crypto';
import { dirname } from 'node:path/posix';
import sirv from 'sirv';
import { DEFAULT_BACKBONE_ID, manifestPathOf } from '../../src/network/backbones/defaultBackbone.ts';
import type { NetworkNode } from '../../src/network/network.ts';
import {
  CAFFE_PREPROCESSING,
  conv,
  dense,
  featureInput,
  globalAvgPool,
  imageInput,
  maxPool,
  padAll,
  relu,
  softmax,
} from '../../src/network/nodeBuilders.ts';
import { inferShapes, sizeOf, weightShapes } from '../../src/network/shapes.ts';
import { encodeHalf } from '../../src/shared/half.ts';
import { createRandom } from '../../src/shared/random.ts';
import { parseManifest, type WeightsPart } from '../../src/weights/manifest.ts';
import { DIST_DIR } from '../../tools/paths.ts';
import { serve, type TestServer } from './servers.ts';

const SIZE_PX = 32;
const FEATURES = 24;

const NODES: readonly NetworkNode[] = [
  imageInput('input', SIZE_PX, CAFFE_PREPROCESSING),
  conv('stem', 'input', 12, 3, { stride: 2, padding: padAll(1) }),
  relu('stem_relu', 'stem'),
  maxPool('pool', 'stem_relu', 3, 2, padAll(1)),
  conv('deep', 'pool', FEATURES, 3, { padding: padAll(1) }),
  relu('deep_relu', 'deep'),
  globalAvgPool('avg_pool', 'deep_relu'),
];

const WIDE_FEATURES = 1200;
/** Its last stage has about as many weights as that of ResNet50, over maps of four places: as large to keep, and quick. */
const WIDE_NODES: readonly NetworkNode[] = [
  imageInput('input', SIZE_PX, CAFFE_PREPROCESSING),
  conv('stem', 'input', 12, 3, { stride: 2, padding: padAll(1) }),
  relu('stem_relu', 'stem'),
  maxPool('pool', 'stem_relu', 3, 2, padAll(1)),
  conv('deep', 'pool', WIDE_FEATURES, 4, { stride: 4 }),
  relu('deep_relu', 'deep'),
  conv('wide', 'deep_relu', WIDE_FEATURES, 3, { padding: padAll(1) }),
  relu('wide_relu', 'wide'),
  globalAvgPool('avg_pool', 'wide_relu'),
];
const topOf = (features: number): readonly NetworkNode[] => [
  featureInput('avg_pool', features),
  dense('fc', 'avg_pool', 2),
  softmax('softmax', 'fc'),
];

function toPart(
  id: WeightsPart['id'],
  nodes: readonly NetworkNode[],
  files: Map<string, Uint8Array>,
): WeightsPart {
  const random = createRandom(12);
  const shapes = inferShapes(nodes);
  const values: number[] = [];
  const tensors: WeightsPart['tensors'] = [];
  for (const node of nodes) {
    for (const { kind, shape } of weightShapes(
      node,
      node.inputs.map((name) => shapes.get(name) ?? []),
    )) {
      const size = sizeOf(shape);
      // Kept small, so that features of 0–255 pixels stay in the range a head learns on.
      const scale =
        kind === 'kernel' ? Math.sqrt(6 / (size / (shape.at(-1) ?? 1))) / (node.name === 'stem' ? 8 : 1) : 0;
      tensors.push({
        name: `${node.name}/${kind}`,
        shape: [...shape],
        dtype: 'float16',
        byteOffset: values.length * 2,
        byteLength: size * 2,
      });
      for (let i = 0; i < size; i++) values.push((random.next() - 0.5) * scale);
    }
  }
  const bytes = new Uint8Array(encodeHalf(Float32Array.from(values)).buffer);
  const path = `${id}-01.bin`;
  files.set(path, bytes);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { id, tensors, shards: [{ path, sizeBytes: bytes.length, sha256 }] };
}

/** Where set-up puts the backbone that the app works with. */
const WEIGHTS_URL = new RegExp(`/${dirname(manifestPathOf(DEFAULT_BACKBONE_ID))}/([\\w.-]+)$`);

/** Serves the built app with the tiny network in the place of its backbone. */
export function serveTinyNetwork(): Promise<TestServer> {
  return serveNetwork(NODES, FEATURES);
}

/** The same with one whose checkpoints are as large as those of ResNet50. */
export function serveWideNetwork(): Promise<TestServer> {
  return serveNetwork(WIDE_NODES, WIDE_FEATURES);
}

function serveNetwork(nodes: readonly NetworkNode[], featureCount: number): Promise<TestServer> {
  const files = new Map<string, Uint8Array>();
  const manifest = parseManifest({
    format: 'headstart-weights',
    version: 1,
    backboneId: 'tiny',
    inputSizePx: SIZE_PX,
    featureNode: 'avg_pool',
    featureCount,
    nodes,
    topNodes: topOf(featureCount),
    labels: ['this', 'that'],
    source: {
      package: 'tiny',
      version: '1.0.0',
      licence: 'MIT',
      note: 'made for a test',
      converterVersion: 1,
    },
    parts: [toPart('backbone', nodes, files), toPart('top', topOf(featureCount), files)],
  });
  files.set('manifest.json', new TextEncoder().encode(JSON.stringify(manifest)));
  const handle = sirv(DIST_DIR, { etag: true });
  return serve((request, response) => {
    const [, name = null] = WEIGHTS_URL.exec(request.url ?? '') ?? [];
    const file = name === null ? null : files.get(name);
    if (file) response.writeHead(200, { 'Content-Length': file.length }).end(file);
    else handle(request, response, () => void response.writeHead(404).end());
  });
}
