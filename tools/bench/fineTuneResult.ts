/** What the bench of fine-tuning found, as `--json` prints it and as a table. */
import type { FineTuneStepReport } from './fineTuneCase.ts';
import type { FineTuneSizes } from './fineTuneNetworks.ts';
import type { FineTuneOther } from './fineTuneOptions.ts';

export interface FineTuneSide {
  /** The median of the timed steps. */
  readonly secondsPerStep: number;
  readonly secondsPerPicture: number;
  /** Of each step, the first of all among them. */
  readonly losses: readonly number[];
  /** Before the last step moved the weights. */
  readonly lastLoss: number;
  readonly peakTensorBytes: number;
  /** Before the first timed step and after each. */
  readonly tensorCounts: readonly number[];
  readonly isTensorCountFlat: boolean;
  /** Of the browser's page processes and its GPU's; null where /proc is not. */
  readonly peakProcessBytes: number | null;
}

export interface FineTuneResult {
  readonly backend: string;
  readonly device: string;
  readonly sizes: FineTuneSizes;
  readonly trainableParameters: number;
  readonly against: FineTuneOther;
  readonly ours: FineTuneSide;
  /** `problem`: why the other way cannot do it on this backend. */
  readonly other: FineTuneSide | { readonly problem: string };
  readonly ratio: number | null;
  readonly lossDifference: number | null;
}

/** What two ways of summing may differ by, in nats. */
const MAX_ROUNDING = 1e-3;
/** Of what was learned: Adam adds its epsilon in two places, which tells where gradients are as small as that. */
const MAX_FRACTION_OF_LEARNED = 0.05;

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? Number.NaN;
  return (lower + upper) / 2;
}

/** @param steps the first warmed up and is not timed */
export function toSide(
  steps: readonly FineTuneStepReport[],
  { batch }: FineTuneSizes,
  peakProcessBytes: number | null,
): FineTuneSide {
  const timed = steps.slice(1);
  const secondsPerStep = median(timed.map(({ seconds }) => seconds));
  const tensorCounts = [timed[0]?.tensorsBefore ?? 0, ...timed.map(({ tensorsAfter }) => tensorsAfter)];
  return {
    secondsPerStep,
    secondsPerPicture: secondsPerStep / batch,
    losses: steps.map(({ loss }) => loss),
    lastLoss: steps.at(-1)?.loss ?? Number.NaN,
    peakTensorBytes: Math.max(...steps.map(({ peakTensorBytes }) => peakTensorBytes)),
    tensorCounts,
    isTensorCountFlat: new Set(tensorCounts).size === 1,
    peakProcessBytes,
  };
}

/** @throws Error if the two sides did not compute the same */
export function compareSides(
  ours: FineTuneSide,
  other: FineTuneResult['other'],
): Pick<FineTuneResult, 'ratio' | 'lossDifference'> {
  if ('problem' in other) return { ratio: null, lossDifference: null };
  const first = other.losses[0] ?? Number.NaN;
  const lossDifference = Math.abs(ours.lastLoss - other.lastLoss);
  const learned = Math.abs(first - other.lastLoss);
  const isAlike =
    Math.abs((ours.losses[0] ?? Number.NaN) - first) <= MAX_ROUNDING &&
    lossDifference <= MAX_ROUNDING + MAX_FRACTION_OF_LEARNED * learned;
  if (!isAlike)
    throw new Error(`the two sides do not train alike: losses ${ours.losses} against ${other.losses}`);
  return { ratio: other.secondsPerStep / ours.secondsPerStep, lossDifference };
}

const seconds = (value: number) => `${value.toFixed(3)} s`;
const megabytes = (bytes: number | null) =>
  bytes === null ? 'not known here' : `${(bytes / 1e6).toFixed(0)} MB`;
const tensors = ({ tensorCounts, isTensorCountFlat }: FineTuneSide) =>
  isTensorCountFlat ? `${tensorCounts[0]} throughout` : tensorCounts.join(', ');

const TITLES: Readonly<Record<FineTuneOther, string>> = {
  plain: 'plain tfjs',
  'one-core': 'ours on one core',
};

/** The first column is set left, the others right; below it what there is to say in words. */
export function toFineTuneTable({ backend, device, sizes, ...result }: FineTuneResult): string {
  const { against, ours, other, ratio, lossDifference, trainableParameters } = result;
  const ofOther = (show: (side: FineTuneSide) => string) =>
    'problem' in other ? 'not possible' : show(other);
  const row = (label: string, show: (side: FineTuneSide) => string, last = '') => [
    label,
    show(ours),
    ofOther(show),
    last,
  ];
  const ofTail = sizes.stages === 1 ? 'stage 5' : 'stages 4 and 5';
  const trained = sizes.network === 'tail' ? ofTail : `all of ${sizes.network}`;
  const rows = [
    ['', 'ours', TITLES[against], 'times faster'],
    row(
      `training step of ${trained}, ${sizes.batch} pictures (${backend})`,
      ({ secondsPerStep }) => seconds(secondsPerStep),
      ratio === null ? '' : ratio.toFixed(2),
    ),
    row('of a picture', ({ secondsPerPicture }) => seconds(secondsPerPicture)),
    row('loss of the last step', ({ lastLoss }) => lastLoss.toFixed(6)),
    row('tensors', tensors),
    row('memory of tensors at its highest', ({ peakTensorBytes }) => megabytes(peakTensorBytes)),
    row('memory of the browser at its highest', ({ peakProcessBytes }) => megabytes(peakProcessBytes)),
  ];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)));
  const lines = rows.map((cells) =>
    widths
      .map((width, i) => (i === 0 ? (cells[i] ?? '').padEnd(width) : (cells[i] ?? '').padStart(width)))
      .join('  ')
      .trimEnd(),
  );
  const notes = [
    `On ${device}; ${trainableParameters.toLocaleString('en')} numbers learn.`,
    ...(sizes.scale === 1
      ? []
      : [`Not the real network: channels divided by ${sizes.scale}, weights made up.`]),
    ...('problem' in other
      ? [`Plain TensorFlow.js: not possible: ${other.problem}`]
      : [`The losses differ by ${lossDifference?.toExponential(1)}.`]),
  ];
  return [...lines, '', ...notes].join('\n');
}
