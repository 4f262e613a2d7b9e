/**
 * `npx tsx tools/calibrate.ts FOLDER [--pictures 8] [--backbone ID]`: how large a backbone's residual stream gets on real
 * photos, which its weights do not tell. What it prints belongs into the backbone's file, as `streamRanges`.
 */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { toInputTensorData } from '../src/compute/features/pixels.ts';
import { createExecutorOf } from '../src/compute/runtimes/tensorflow/execute.ts';
import { DEFAULT_BACKBONE_ID } from '../src/network/backbones/defaultBackbone.ts';
import { cutAfter, cutBefore } from '../src/network/cut.ts';
import { foldBatchNorm } from '../src/network/fold.ts';
import { inputNodeOf, type Network } from '../src/network/network.ts';
import { streamNodes } from '../src/network/ranges.ts';
import { inferShapes } from '../src/network/shapes.ts';
import { readBackboneOf } from './backbones.ts';
import { choosePictures, decodePictures } from './calibrate/pictures.ts';
import { ensureOriginalModel, readOriginalWeights } from './originalModel.ts';
import { isMain, ROOT } from './paths.ts';
import { runMain, SetupError, say } from './say.ts';
import { toNetwork } from './weights.ts';

/**
 * Other pictures go further than those measured, and to cut off a peak costs more than somewhat coarser steps. On 24
 * ImageNet photos the least cosine of the features to the exact ones was 0.990 with this margin, 0.986 without.
 */
const MARGIN = 1.25;

/** The network in pieces, each from one of `names` to the next: so no part of it runs twice. */
function cutInPieces(network: Network, names: readonly string[]): Network[] {
  const shapes = inferShapes(network.nodes);
  return names.map((name, index) => {
    const before = names[index - 1];
    const upTo = cutAfter(network, name);
    return before === undefined ? upTo : cutBefore(upTo, before, shapes.get(before) ?? []);
  });
}

/**
 * Largest output of each node of `streamNodes` over all pictures.
 * @param network folded; its input node says the pictures' size
 * @param pictures RGBA `[height, width, 4]`
 */
export async function measureStream(
  network: Network,
  pictures: readonly Uint8ClampedArray[],
): Promise<Record<string, number>> {
  setWasmPaths(`${resolve(ROOT, 'node_modules/@tensorflow/tfjs-backend-wasm/dist')}/`);
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  if (!(await tf.setBackend('wasm'))) throw new Error('no WASM backend');
  const input = inputNodeOf(network.nodes);
  const names = streamNodes(network.nodes);
  const pieces = cutInPieces(network, names).map((piece) => createExecutorOf(piece));
  const largest: Record<string, number> = Object.fromEntries(names.map((name) => [name, 0]));
  for (const pixels of pictures) {
    const data = new Float32Array((pixels.length / 4) * 3);
    toInputTensorData(pixels, input.preprocessing, data, 0);
    let map = tf.tensor(data, [1, ...input.shape]);
    for (const [index, piece] of pieces.entries()) {
      const output = piece.run(map);
      map.dispose();
      map = output;
      const name = names[index] ?? '';
      for (const value of await map.data()) largest[name] = Math.max(largest[name] ?? 0, value);
    }
    map.dispose();
  }
  for (const piece of pieces) piece.dispose();
  return largest;
}

async function calibrate(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: {
      pictures: { type: 'string', default: '8' },
      backbone: { type: 'string', default: DEFAULT_BACKBONE_ID },
    },
    allowPositionals: true,
  });
  const [folder] = positionals;
  const count = Number(values.pictures);
  if (folder === undefined || !Number.isInteger(count) || count < 1) {
    throw new SetupError('Usage: npx tsx tools/calibrate.ts FOLDER [--pictures 8] [--backbone ID]');
  }
  const backbone = await readBackboneOf(values.backbone);
  await ensureOriginalModel(backbone);
  const files = await choosePictures(folder, count);
  const pictures = await decodePictures(files, backbone.inputSizePx);
  say(`Measuring on ${count} pictures …`);
  const weights = await readOriginalWeights(backbone);
  const network = foldBatchNorm(toNetwork(backbone.id, backbone.buildNodes(), weights));
  const largest = await measureStream(network, pictures);
  say('  streamRanges: {');
  for (const [name, value] of Object.entries(largest)) {
    say(`    ${name}: ${Number((value * MARGIN).toPrecision(3))},`);
  }
  say('  },');
}

if (isMain(import.meta.url)) await runMain(calibrate);
