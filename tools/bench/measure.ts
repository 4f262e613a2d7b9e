/** Runs all sides in turns, round by round, so that what disturbs the machine disturbs each of them. */
import { say } from '../say.ts';
import type { BenchOptions } from './options.ts';
import type { OrtBench } from './ort.ts';
import type { OursBench, Prepared } from './ours.ts';
import type { BenchPage, Browsers } from './pages.ts';
import type { PlainBench } from './plain.ts';
import type { BenchResult, EngineResult } from './result.ts';
import { ONNX_PATH } from './server.ts';

const WEBCAM_SECONDS = 3;
/** The weights differ by their rounding to float16, which turns the features by a hundredth of this. */
const MIN_COSINE = 0.9999;

/** One of our engines in a page of its own: two of them never compute at once, and neither holds the other's memory. */
interface Engine {
  readonly arithmetic: EngineResult['arithmetic'];
  readonly page: BenchPage<OursBench>;
  readonly cold: Prepared;
  readonly warm: Prepared;
  readonly pictureSeconds: number[];
  readonly frameRates: number[];
}

function cosine(a: readonly number[], b: readonly number[]): number {
  if (a.length !== b.length) throw new Error(`${a.length} features against ${b.length}`);
  const dot = a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
  return dot / (Math.hypot(...a) * Math.hypot(...b));
}

async function openEngine(
  browsers: Browsers,
  url: string,
  backend: string,
  arithmetic: Engine['arithmetic'],
): Promise<Engine> {
  const page = await browsers.open<OursBench>(`${url}/ours.html`);
  const isExact = arithmetic === 'float32';
  say(`Ours, ${arithmetic}: weights and backend, first visit …`);
  const cold = await page.call('prepare', backend, isExact);
  await page.reload();
  say(`Ours, ${arithmetic}: the same, second visit …`);
  const warm = await page.call('prepare', backend, isExact);
  if (!warm.fromCache) throw new Error('the second visit fetched weights again');
  say(`Ours, ${arithmetic}: ${warm.backend} with ${warm.workers} workers`);
  return { arithmetic, page, cold, warm, pictureSeconds: [], frameRates: [] };
}

async function openPlain(browsers: Browsers, url: string, ourBackend: string) {
  const page = await browsers.open<PlainBench>(`${url}/plain.html`);
  // Our own engine has no like in TensorFlow.js; its WASM backend is what runs on the same processor.
  const backend = ourBackend === 'cpu' ? 'wasm' : ourBackend;
  const { threads } = await page.call('prepare', backend);
  say(`Plain TensorFlow.js: ${backend} with ${threads} threads`);
  return { page, backend };
}

/** @throws Error if it does not compute what plain TensorFlow.js computes */
async function openOrt(browsers: Browsers, url: string, plain: BenchPage<PlainBench>) {
  const page = await browsers.open<OrtBench>(`${url}/ort.html`);
  const { threads } = await page.call('prepare', ONNX_PATH);
  const similarity = cosine(await page.call('features'), await plain.call('features'));
  if (!(similarity >= MIN_COSINE))
    throw new Error(`ONNX Runtime's features are others: cosine ${similarity}`);
  say(`ONNX Runtime Web: ${threads} threads, the same features (cosine ${similarity.toFixed(6)})`);
  return { page, similarity };
}

/** @param url of the bench's pages; their folder holds the ONNX model if it is asked for */
export async function measure(options: BenchOptions, url: string, browsers: Browsers): Promise<BenchResult> {
  const { arithmetics, againstOrt, rounds, pictures, framesInFlight } = options;
  const engines: Engine[] = [];
  for (const arithmetic of arithmetics)
    engines.push(await openEngine(browsers, url, options.backend, arithmetic));
  const [first] = engines;
  if (!first) throw new Error('nothing of ours to measure');
  const plain = await openPlain(browsers, url, first.warm.backend);
  const ort = againstOrt ? await openOrt(browsers, url, plain.page) : null;

  // The first pictures compile and pack.
  for (const { page } of engines) {
    await page.call('extract', 4);
    await page.call('frames', 0, 1);
  }
  await plain.page.call('extract', 2);
  await ort?.page.call('extract', 2);

  const plainPictures: number[] = [];
  const ortPictures: number[] = [];
  const plainFrames: number[] = [];
  const epochs: number[] = [];
  const plainEpochs: number[] = [];
  for (let round = 1; round <= rounds; round++) {
    for (const { page, pictureSeconds } of engines) pictureSeconds.push(await page.call('extract', pictures));
    plainPictures.push(await plain.page.call('extract', pictures));
    if (ort) ortPictures.push(await ort.page.call('extract', pictures));
    for (const { page, frameRates } of engines)
      frameRates.push(await page.call('frames', WEBCAM_SECONDS, framesInFlight));
    plainFrames.push(await plain.page.call('frames', WEBCAM_SECONDS));
    epochs.push(await first.page.call('headEpoch', plain.backend));
    plainEpochs.push(await plain.page.call('headEpoch'));
    say(`Round ${round} of ${rounds} done`);
  }

  // Whatever else runs on the machine only adds time: the fastest round of each side says what it can do.
  const plainPicture = Math.min(...plainPictures);
  const ortPicture = ort ? Math.min(...ortPictures) : null;
  const plainFrameRate = Math.max(...plainFrames);
  const [epoch, plainEpoch] = [Math.min(...epochs), Math.min(...plainEpochs)];
  const toResult = async ({ arithmetic, page, warm, ...rounds }: Engine): Promise<EngineResult> => {
    const picture = Math.min(...rounds.pictureSeconds);
    const frameRate = Math.max(...rounds.frameRates);
    return {
      arithmetic,
      extraction: {
        backend: warm.backend,
        secondsPerPicture: picture,
        plainSecondsPerPicture: plainPicture,
        ratio: plainPicture / picture,
        ortSecondsPerPicture: ortPicture,
        ortRatio: ortPicture === null ? null : ortPicture / picture,
      },
      webcam: {
        framesInFlight,
        framesPerSecond: frameRate,
        plainFramesPerSecond: plainFrameRate,
        ratio: frameRate / plainFrameRate,
      },
      memory: { peakBytes: await page.peakBytes() },
    };
  };
  const results = await Promise.all(engines.map(toResult));
  const { extraction, webcam, memory } = results[0] as EngineResult;
  return {
    extraction,
    head: {
      secondsPerEpochPer1000: epoch,
      plainSecondsPerEpochPer1000: plainEpoch,
      ratio: plainEpoch / epoch,
    },
    webcam,
    weights: {
      bytes: first.cold.weightBytes,
      secondsCold: first.cold.weightSeconds,
      secondsWarm: first.warm.weightSeconds,
    },
    memory,
    engines: results,
    ortCosine: ort?.similarity ?? null,
  };
}
