/** A network small enough for a software GPU, in the place of ResNet50: its own manifest and shards, all else is the app. */
import { createHash } from 'node:crypto';
import sirv from 'sirv';
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
const TOP: readonly NetworkNode[] = [
  featureInput('avg_pool', FEATURES),
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

/** Serves the built app with the tiny network where set-up puts ResNet50. */
export function serveTinyNetwork(): Promise<TestServer> {
  const files = new Map<string, Uint8Array>();
  const manifest = parseManifest({
    format: 'headstart-weights',
    version: 1,
    backboneId: 'tiny',
    inputSizePx: SIZE_PX,
    featureNode: 'avg_pool',
    featureCount: FEATURES,
    nodes: NODES,
    topNodes: TOP,
    labels: ['this', 'that'],
    source: {
      package: 'tiny',
      version: '1.0.0',
      licence: 'MIT',
      note: 'made for a test',
      converterVersion: 1,
    },
    parts: [toPart('backbone', NODES, files), toPart('top', TOP, files)],
  });
  files.set('manifest.json', new TextEncoder().encode(JSON.stringify(manifest)));
  const handle = sirv(DIST_DIR, { etag: true });
  return serve((request, response) => {
    const weights = /\/weights\/resnet50\/([\w.-]+)$/.exec(request.url ?? '')?.[1];
    const file = weights === undefined ? null : files.get(weights);
    if (file) response.writeHead(200, { 'Content-Length': file.length }).end(file);
    else handle(request, response, () => void response.writeHead(404).end());
  });
}
