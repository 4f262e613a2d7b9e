/** The backbone that set-up left, and as ONNX: so ONNX Runtime computes in the bench exactly what we compute. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { toOnnxGraph } from '../../src/formats/onnx/graph.ts';
import { toOnnxFile } from '../../src/formats/onnx/onnxProto.ts';
import type { Network } from '../../src/network/network.ts';
import { joinParts } from '../../src/testing/formats/packages.ts';
import { toWeights } from '../../src/weights/load.ts';
import { findPart, parseManifest } from '../../src/weights/manifest.ts';

/** The backbone that set-up left in `folder`, from the picture to the features. */
export async function readBackbone(folder: string): Promise<Network> {
  const manifest = parseManifest(JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')));
  const { shards } = findPart(manifest, 'backbone');
  const bytes = Buffer.concat(await Promise.all(shards.map(({ path }) => readFile(join(folder, path)))));
  return {
    name: manifest.backboneId,
    nodes: manifest.nodes,
    weights: toWeights(manifest, 'backbone', new Uint8Array(bytes)),
  };
}

/** The bytes of an `.onnx` file, as a person downloads one: it takes pixels, `[batch, height, width, 3]`. */
export function toOnnx(network: Network): Promise<Uint8Array> {
  return joinParts(toOnnxFile(toOnnxGraph(network, 'float32')));
}
