/** How fast the last stages of the backbone learn, ours and another way, step by step in turns. */
import { CHROMIUM_FLAGS, ensureChromium, SOFTWARE_WEBGPU_FLAGS } from '../chromium.ts';
import { say } from '../say.ts';
import { setUp } from '../setup.ts';
import type { FineTuneStepReport } from './fineTuneCase.ts';
import type { FineTuneSizes } from './fineTuneNetworks.ts';
import { type FineTuneOptions, readFineTuneOptions } from './fineTuneOptions.ts';
import type { FineTuneOursBench } from './fineTuneOurs.ts';
import type { FineTunePlainBench } from './fineTunePlain.ts';
import { compareSides, type FineTuneResult, toFineTuneTable, toSide } from './fineTuneResult.ts';
import { createBrowsers } from './pages.ts';
import { buildPages, servePages } from './server.ts';

type Browsers = ReturnType<typeof createBrowsers>;
type Backend = FineTuneOptions['backend'];

/** What ours is measured against. */
interface OtherSide {
  step(): Promise<FineTuneStepReport | { readonly problem: string }>;
  peakBytes(): Promise<number | null>;
}

async function openPlain(
  backend: Backend,
  sizes: FineTuneSizes,
  url: string,
  browsers: Browsers,
): Promise<OtherSide> {
  const page = await browsers.open<FineTunePlainBench>(`${url}/fineTunePlain.html`);
  const { threads } = await page.call('prepare', backend, sizes);
  say(`Plain TensorFlow.js: ${backend}${backend === 'wasm' ? ` with ${threads} threads` : ''}`);
  return { step: () => page.call('step'), peakBytes: () => page.peakBytes() };
}

async function openOneCore(
  backend: Backend,
  sizes: FineTuneSizes,
  url: string,
  browsers: Browsers,
): Promise<OtherSide> {
  const page = await browsers.open<FineTuneOursBench>(`${url}/fineTuneOurs.html`);
  await page.call('prepare', backend, sizes, 1);
  return { step: () => page.call('step'), peakBytes: () => page.peakBytes() };
}

async function measure(
  { backend, sizes, steps, workers, against }: FineTuneOptions,
  url: string,
  browsers: Browsers,
): Promise<FineTuneResult> {
  const ours = await browsers.open<FineTuneOursBench>(`${url}/fineTuneOurs.html`);
  const { device, parameters } = await ours.call('prepare', backend, sizes, workers);
  say(`Ours: ${backend} (${device})`);
  const other =
    against === 'plain'
      ? await openPlain(backend, sizes, url, browsers)
      : await openOneCore(backend, sizes, url, browsers);

  const ourSteps: FineTuneStepReport[] = [];
  const otherSteps: FineTuneStepReport[] = [];
  let problem: string | null = null;
  // The first step compiles, and makes what the optimiser remembers.
  for (let step = 0; step <= steps; step++) {
    const here = await ours.call('step');
    ourSteps.push(here);
    const there: FineTuneStepReport | { readonly problem: string } =
      problem === null ? await other.step() : { problem };
    if ('problem' in there) problem = there.problem;
    else otherSteps.push(there);
    const name = step === 0 ? 'Warming up' : `Step ${step} of ${steps}`;
    const theirs = 'problem' in there ? 'not possible' : `${there.seconds.toFixed(2)} s`;
    say(`${name}: ours ${here.seconds.toFixed(2)} s, ${against} ${theirs}`);
  }
  const ourSide = toSide(ourSteps, sizes, await ours.peakBytes());
  const otherSide = problem === null ? toSide(otherSteps, sizes, await other.peakBytes()) : { problem };
  return {
    ...{ backend, device, sizes, trainableParameters: parameters, against },
    ...{ ours: ourSide, other: otherSide },
    ...compareSides(ourSide, otherSide),
  };
}

/** Prints a table, and with `--json` all figures. @throws SetupError in words for a person */
export async function benchFineTune(args: readonly string[]): Promise<void> {
  const options = readFineTuneOptions(args);
  await setUp();
  const executablePath = await ensureChromium();
  await buildPages();
  const pages = await servePages(null);
  const flags = [...CHROMIUM_FLAGS, ...(options.backend === 'webgpu' ? SOFTWARE_WEBGPU_FLAGS : [])];
  const browsers = createBrowsers(executablePath, flags);
  try {
    const result = await measure(options, pages.url, browsers);
    say(`\n${toFineTuneTable(result)}`);
    if (options.json) say(JSON.stringify(result));
  } finally {
    await browsers.closeAll();
    pages.close();
  }
}
