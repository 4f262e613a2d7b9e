/** Speed and memory, ours and the others' in one run: machines are noisy, the ratio is what counts. */
import { availableParallelism, loadavg } from 'node:os';
import { measure } from './bench/measure.ts';
import { readBackbone, toOnnx } from './bench/onnx.ts';
import { readOptions } from './bench/options.ts';
import { createBrowsers } from './bench/pages.ts';
import { toTable } from './bench/result.ts';
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

await runMain(async () => {
  const options = readOptions(process.argv.slice(2));
  await setUp();
  await ensureOriginalModel();
  const executablePath = await ensureChromium();
  warnIfBusy();
  await buildPages();
  const onnxModel = options.againstOrt ? toOnnx(await readBackbone(WEIGHTS_DIR)) : null;
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
});
