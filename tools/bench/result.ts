/** What the bench found, as `--json` prints it and as a table. */
import type { Arithmetic } from './options.ts';

/** One engine of ours beside the others; a ratio above 1 says that ours is that many times faster. */
export interface EngineResult {
  readonly arithmetic: Arithmetic;
  readonly extraction: {
    readonly backend: string;
    readonly secondsPerPicture: number;
    readonly plainSecondsPerPicture: number;
    readonly ratio: number;
    /** null where ONNX Runtime was not asked for. */
    readonly ortSecondsPerPicture: number | null;
    readonly ortRatio: number | null;
  };
  readonly webcam: {
    readonly framesInFlight: number;
    readonly framesPerSecond: number;
    readonly plainFramesPerSecond: number;
    readonly ratio: number;
  };
  readonly memory: { readonly peakBytes: number | null };
}

/** Extraction, webcam and memory at the top are those of the first engine. */
export interface BenchResult extends Omit<EngineResult, 'arithmetic'> {
  readonly engines: readonly EngineResult[];
  readonly head: {
    readonly secondsPerEpochPer1000: number;
    readonly plainSecondsPerEpochPer1000: number;
    readonly ratio: number;
  };
  readonly weights: { readonly bytes: number; readonly secondsCold: number; readonly secondsWarm: number };
  /** Cosine between ONNX Runtime's features and plain TensorFlow.js's; null where it was not asked for. */
  readonly ortCosine: number | null;
}

const seconds = (value: number) => `${value.toFixed(3)} s`;
const times = (value: number) => value.toFixed(2);
const perSecond = (value: number) => `${value.toFixed(2)} / s`;
const megabytes = (bytes: number | null) =>
  bytes === null ? 'not known here' : `${(bytes / 1e6).toFixed(0)} MB`;

/** Columns of text, the first set left, the others right; those of ONNX Runtime only where it ran. */
export function toTable({ engines, head, weights, ortCosine }: BenchResult): string {
  const rows = [
    ['', 'ours', 'plain tfjs', 'times faster', 'onnxruntime-web', 'times faster'],
    ...engines.map(({ arithmetic, extraction }) => [
      `features of a picture, ${arithmetic} (${extraction.backend})`,
      seconds(extraction.secondsPerPicture),
      seconds(extraction.plainSecondsPerPicture),
      times(extraction.ratio),
      extraction.ortSecondsPerPicture === null ? '' : seconds(extraction.ortSecondsPerPicture),
      extraction.ortRatio === null ? '' : times(extraction.ortRatio),
    ]),
    [
      'head epoch, 1,000 pictures',
      seconds(head.secondsPerEpochPer1000),
      seconds(head.plainSecondsPerEpochPer1000),
      times(head.ratio),
    ],
    ...engines.map(({ arithmetic, webcam }) => [
      `webcam frames, ${arithmetic}, ${webcam.framesInFlight} in flight`,
      perSecond(webcam.framesPerSecond),
      perSecond(webcam.plainFramesPerSecond),
      times(webcam.ratio),
    ]),
    [`weights, ${megabytes(weights.bytes)}: first visit`, seconds(weights.secondsCold)],
    ['weights: second visit', seconds(weights.secondsWarm)],
    ...engines.map(({ arithmetic, memory }) => [
      `memory at its highest, ${arithmetic}`,
      megabytes(memory.peakBytes),
    ]),
  ];
  const columns = ortCosine === null ? [0, 1, 2, 3] : [0, 1, 2, 3, 4, 5];
  const widths = columns.map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const toLine = (row: readonly string[]) =>
    widths.map((width, i) => (i === 0 ? (row[i] ?? '').padEnd(width) : (row[i] ?? '').padStart(width)));
  return rows.map((row) => toLine(row).join('  ').trimEnd()).join('\n');
}
