/**
 * Speed and memory, ours and the others' in one run: machines are noisy, the ratio is what counts. With the word
 * `accuracy`: what the ways of training come to on real photos; `finetune`: how fast the backbone's last stages learn (`tail` is its older name);
 * `memory`: what training on thousands of pictures takes; `decoding`: what large pictures take; `check`: what share of a
 * run the exact check takes; `backbones`: how long each backbone takes for a picture on our own kernels; `gradients`:
 * whether each backbone learns ten pictures by heart; `architectures`: how far each is from PyTorch; `scratch`: what a
 * small network comes to from scratch, and how fast; `pipeline`: whether its pictures come as fast as it learns.
 */
import { availableParallelism, loadavg } from 'node:os';
import { readBackboneOf } from './backbones.ts';
import { benchAccuracy } from './bench/accuracy.ts';
import { benchArchitectures } from './bench/architectures.ts';
import { benchBackbones } from './bench/backbones.ts';
import { benchDecoding } from './bench/decoding.ts';
import { benchExactCheck } from './bench/exactCheck.ts';
import { benchFineTune } from './bench/fineTune.ts';
import { benchGradients } from './bench/gradients.ts';
import { measure } from './bench/measure.ts';
import { benchMemory } from './bench/memory.ts';
import { readBackbone, toOnnx } from './bench/onnx.ts';
import { readSpeedOptions } from './bench/options.ts';
import { createBrowsers } from './bench/pages.ts';
import { benchPipeline } from './bench/pipeline.ts';
import { toTable } from './bench/result.ts';
import { benchScratch } from './bench/scratch.ts';
import { buildPages, servePages } from './bench/server.ts';
import { CHROMIUM_FLAGS, ensureChromium, SOFTWARE_WEBGPU_FLAGS } from './chromium.ts';
import { ensureOriginalModel } from './originalModel.ts';
import { WEIGHTS_DIR } from './paths.ts';
import { runMain, say } from './say.ts';
import { setUp } from './setup.ts';

/**
 * A neighbour hurts the sides unequally: workers that share nothing lose what it takes, one backend's threads wait for
 * each other (ONNX Runtime's were seen to take 2.8 times as long beside a busy program).
 */
function warnIfBusy(): void {
  const [busy = 0] = loadavg();
  if (busy > availableParallelism() / 2)
    say(`This machine is busy (load ${busy.toFixed(1)}): the ratios below are not those of an idle one.`);
}

async function benchSpeed(words: readonly string[]): Promise<void> {
  const options = readSpeedOptions(words);
  await setUp();
  await ensureOriginalModel(await readBackboneOf());
  const executablePath = await ensureChromium();
  warnIfBusy();
  await buildPages();
  const onnxModel = options.againstOrt ? await toOnnx(await readBackbone(WEIGHTS_DIR)) : null;
  const pages = await servePages(onnxModel);
  const args = [...CHROMIUM_FLAGS, ...(options.backend === 'webgpu' ? SOFTWARE_WEBGPU_FLAGS : [])];
  const browsers = createBrowsers(executablePath, args);
  try {
    const result = await measure(options, pages.url, browsers);
    say(`\n${toTable(result)}`);
    if (options.json) say(JSON.stringify(result));
  } finally {
    await browsers.closeAll();
    pages.close();
  }
}

const BENCHES: Readonly<Record<string, (args: readonly string[]) => Promise<void>>> = {
  accuracy: benchAccuracy,
  architectures: benchArchitectures,
  backbones: benchBackbones,
  check: benchExactCheck,
  decoding: benchDecoding,
  finetune: benchFineTune,
  gradients: benchGradients,
  memory: benchMemory,
  pipeline: benchPipeline,
  scratch: benchScratch,
  tail: benchFineTune,
};
/** What a busy machine would falsify. */
const TIMED = new Set(['backbones', 'finetune', 'pipeline', 'scratch', 'tail']);

await runMain(() => {
  const [what = '', ...args] = process.argv.slice(2);
  const bench = Object.hasOwn(BENCHES, what) ? BENCHES[what] : undefined;
  if (!bench) return benchSpeed(process.argv.slice(2));
  if (TIMED.has(what)) warnIfBusy();
  return bench(args);
});
