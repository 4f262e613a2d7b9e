/** The README.md of an exported model: what it knows, from which data, how good it is, and what it is not for. */
import type { ClassMetrics, Metrics } from '../domain/metrics.ts';
import { type EnsembleFacts, freshNetworkOf, type ModelDescription } from '../domain/model.ts';
import type { ModelOutput, Precision } from '../domain/modelExport.ts';
import { titleOfBackbone } from '../domain/networkTitle.ts';

export interface CardTexts {
  /** Origin and licence of the backbone's weights, plain text. */
  readonly backboneCredit: string;
  /** What the file beside the card is and how it is loaded, in Markdown: each format has its own. */
  readonly usage: string;
  readonly precision: Precision;
  readonly output: ModelOutput;
}

/**
 * A model card in Markdown (sections after Mitchell et al., "Model Cards for Model Reporting", 2019).
 * Names are escaped: whatever a class is called, it shows as text.
 */
export function modelCard(description: ModelDescription, texts: CardTexts): string {
  const { backboneCredit, usage } = texts;
  return [
    `# ${escapeMarkdown(description.name)}`,
    `An image classifier for ${description.classNames.length} classes, trained in a browser with Headstart on ${description.createdAt.slice(0, 10)}.`,
    '## How to use it',
    usage,
    inputAndOutput(description, texts),
    '## Data',
    ...data(description),
    '## Results',
    ...results(description, texts),
    '## Training',
    ...training(description),
    '## Intended use and limits',
    ...limits(description),
    '## Licences',
    `The backbone’s weights: ${escapeMarkdown(backboneCredit)}`,
    'What was learned from your pictures is yours; the pictures’ own licences may still bind it.',
    '',
  ].join('\n\n');
}

/** Text that Markdown shows as it is, on one line; HTML in it stays text. */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/[\\`*_{}[\]()#+\-.!|~:@]/g, '\\$&');
}

/** What rounding the weights has done to them. */
const PRECISION_LINES: Readonly<Record<Precision, readonly string[]>> = {
  float32: [],
  float16: ['- Weights are rounded to 16 bits (float16).'],
  int8: ['- Weights are rounded to 8 bits (int8), each filter in steps of its own.'],
};

function inputAndOutput(
  { backbone, classNames }: ModelDescription,
  { precision, output }: Pick<CardTexts, 'precision' | 'output'>,
): string {
  const size = backbone.inputSizePx;
  const outputs =
    output === 'logits'
      ? 'a number (logit) for each line of `labels.txt`; a softmax over them gives the probabilities.'
      : 'a probability for each line of `labels.txt`.';
  return [
    `- Input: \`[batch, ${size}, ${size}, 3]\`, red, green, blue, values 0–255. Preprocessing is inside the model.`,
    `- Output: \`[batch, ${classNames.length}]\`, ${outputs}`,
    backbone.resize.fit === 'stretch'
      ? `- Pictures are stretched to ${size}×${size} with a filter that averages when shrinking.`
      : `- The middle ${percent(backbone.resize.cropFraction)} of the shorter side is cut out as a square and resized with a filter that averages when shrinking.`,
    ...PRECISION_LINES[precision],
  ].join('\n');
}

function data({ data: { name, counts, splitSource, seed } }: ModelDescription): readonly string[] {
  const rows = counts.map(({ className, train, validation, test }) => [
    escapeMarkdown(className),
    train,
    validation,
    test,
  ]);
  const split = splitSource === 'folders' ? 'given by the folders' : `drawn with the seed ${seed}`;
  return [
    `Data set: ${escapeMarkdown(name)}. Splits: ${split}.`,
    table(['Class', 'Training', 'Validation', 'Test'], rows),
  ];
}

function results(
  description: ModelDescription,
  { precision }: Pick<CardTexts, 'precision'>,
): readonly string[] {
  const { metrics, classNames } = description;
  const sets = [
    { title: 'test', metrics: metrics.test },
    { title: 'validation', metrics: metrics.validation },
  ];
  const lines = sets.flatMap(({ title, metrics: of }) => (of ? [accuracyLine(title, of)] : []));
  const shown = metrics.test ?? metrics.validation;
  if (!shown) return ['No pictures were set aside, so nothing is known of how good it is.'];
  const rows = shown.perClass.map((one) => classRow(classNames[one.classIndex] ?? '', one));
  return [
    lines.join('\n'),
    ...exactness(description, precision === 'float32' ? 'The files here compute in float32' : 'In float32'),
    ...(precision === 'float32'
      ? []
      : ['All of this is from before the weights were rounded; the rounded file was not measured.']),
    ...seenBeforeLines(description),
    `Per class, on the ${metrics.test ? 'test' : 'validation'} pictures:`,
    table(['Class', 'Pictures', 'Precision', 'Recall', 'F1'], rows),
  ];
}

/** Whether float32 is as good as what was measured. @param inFloat32 the beginning of a sentence */
function exactness(
  { arithmetic, exactMetrics, exactCheck, metrics }: ModelDescription,
  inFloat32: string,
): readonly string[] {
  if (arithmetic !== 'int8') return [];
  const measured = 'Those were measured with 8-bit integers, as the browser computes.';
  const measuredIn = metrics.test ?? metrics.validation;
  if (!exactMetrics && measuredIn && exactCheck && exactCheck.checked > 0) {
    const [low, high] = exactCheck.difference.map((by) => Math.min(1, Math.max(0, measuredIn.accuracy + by)));
    const part = `${exactCheck.checked} of those ${exactCheck.total} pictures`;
    return [
      `${measured} ${inFloat32}: ${percent(low ?? 0)} to ${percent(high ?? 1)} (95 % interval, known from ${part}).`,
    ];
  }
  if (!exactMetrics) return [`${measured} ${inFloat32}, which was not measured.`];
  const { accuracy, count } = exactMetrics;
  return [
    `${measured} ${inFloat32}: ${percent(accuracy)} of the same ${count} ${metrics.test ? 'test' : 'validation'} pictures.`,
  ];
}

/** What the figures leave out, or should have. */
function seenBeforeLines({ seenBefore, metrics }: ModelDescription): readonly string[] {
  if (!seenBefore) return [];
  const { test, validation, isValidationSeen, isUnknown } = seenBefore;
  const leftOut = [
    ...(test > 0 ? [`${test} test pictures`] : []),
    ...(validation > 0 ? [`${validation} validation pictures`] : []),
  ];
  return [
    ...(leftOut.length > 0
      ? [
          `Left out: ${leftOut.join(' and ')}, which it or the model it went on from had learned from or been chosen by.`,
        ]
      : []),
    ...(isValidationSeen && metrics.validation
      ? ['All of the validation pictures had been learned from before: their figures are too good.']
      : []),
    ...(isUnknown
      ? [
          'What the model it went on from had learned from is not known. If test pictures were among it, the figures are too good.',
        ]
      : []),
  ];
}

function accuracyLine(title: string, { accuracy, accuracyInterval: [low, high], count }: Metrics): string {
  return `- Accuracy on ${count} ${title} pictures: ${percent(accuracy)} (95 % interval ${percent(low)} to ${percent(high)})`;
}

function classRow(
  name: string,
  { support, precision, recall, f1 }: ClassMetrics,
): readonly (string | number)[] {
  return [escapeMarkdown(name), support, ...[precision, recall, f1].map((value) => value?.toFixed(3) ?? '–')];
}

/** Of a model that was made of several. */
function members({ members: all, weighting, flips }: EnsembleFacts): readonly string[] {
  const how = weighting === 'fitted' ? 'weights found on the validation pictures' : 'the same weight for all';
  const accuracy = (value: number | null) => (value === null ? '–' : value.toFixed(3));
  return [
    `An ensemble: the probabilities of these models, weighed and added; ${how}${flips ? '; each also sees every picture mirrored' : ''}.`,
    table(
      ['Model', 'Weight', 'Test accuracy alone'],
      all.map(({ name, weight, testAccuracy }) => [
        escapeMarkdown(name),
        weight.toFixed(3),
        accuracy(testAccuracy),
      ]),
    ),
  ];
}

function training({ settings, curve, bestEpoch, backbone, ensemble }: ModelDescription): readonly string[] {
  if (ensemble) return members(ensemble);
  const best = curve.find(({ epoch }) => epoch === bestEpoch);
  const rows = settingRows(settings);
  // Where no epoch was better than the start, it is the start: stages of the backbone only where these alone went on.
  const isOnlyTuned = settings.fineTune !== null && curve.every(({ phase }) => phase === 'fineTune');
  const tuned = best?.phase === 'fineTune' || (bestEpoch === 0 && isOnlyTuned);
  const isFresh = freshNetworkOf(backbone) !== null;
  const learned = tuned ? 'A head and the last stages of the backbone' : 'A head on the frozen backbone';
  const what = isFresh ? 'All of the network, from scratch,' : learned;
  const kept =
    bestEpoch === 0 ? 'the weights are those it began with' : `the weights are those of epoch ${bestEpoch}`;
  return [
    `${what} ${escapeMarkdown(titleOfBackbone(backbone))}. Epochs run: ${curve.length}; ${kept}.`,
    ...(best ? [`At that epoch: ${epochLine(best)}.`] : []),
    table(['Setting', 'Value'], rows),
    ...(isFresh
      ? []
      : [`Fingerprint of the backbone’s weights: \`${backbone.fingerprint.replace(/[^\w.-]/g, '')}\``]),
  ];
}

/** One line a setting; those of a group, such as `augmentation.zoom`, one each. */
function settingRows(settings: object, prefix = ''): (readonly string[])[] {
  // The definition of a network is a page of its own; the network is in the file.
  const shown = Object.entries(settings).filter(([setting]) => setting !== 'definition');
  return shown.flatMap(([setting, value]: [string, unknown]) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? settingRows(value, `${prefix}${setting}.`)
      : [
          [
            `\`${prefix}${setting}\``,
            escapeMarkdown(Array.isArray(value) ? value.join(', ') : String(value ?? 'none')),
          ],
        ],
  );
}

function epochLine(best: ModelDescription['curve'][number]): string {
  const parts = [`training loss ${best.loss.toFixed(4)}`, `training accuracy ${percent(best.accuracy)}`];
  if (best.validationLoss !== null) parts.push(`validation loss ${best.validationLoss.toFixed(4)}`);
  if (best.validationAccuracy !== null) parts.push(`validation accuracy ${percent(best.validationAccuracy)}`);
  return parts.join(', ');
}

function limits({ classNames }: ModelDescription): readonly string[] {
  return [
    `It tells these ${classNames.length} classes apart in pictures like those it learned from. Of any other picture it still names one of them: a high probability is no proof.`,
    'It has learned whatever set the classes apart in the data, backgrounds and lighting included, and inherits the leanings of ImageNet, on which its backbone was trained. Test it on pictures from where it will be used. It is not meant for decisions about people, for medicine or for safety.',
  ];
}

function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function percent(fraction: number): string {
  return `${(100 * fraction).toFixed(1)} %`;
}
