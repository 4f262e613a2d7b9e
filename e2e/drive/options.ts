/** What `npm run drive` may be told. */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { FormatAbout, Precision } from '../../src/domain/modelExport.ts';
import { SetupError } from '../../tools/say.ts';
import { FREEZE_TO, type FreezeTo } from '../pages/networks.ts';
import { PRESETS, type Preset } from '../pages/person.ts';

const BACKENDS = ['webgpu', 'webgl', 'cpu', 'wasm', 'auto'] as const;

const USAGE = `npm run drive -- --images DIR_OR_ARCHIVE [options]
  --images PATH       folder with one sub-folder a class, or a .zip, .tar.gz, .tgz, .tar of one
  --classify DIR      classify every file in this folder afterwards
  --backend NAME      ${BACKENDS.join(', ')}
  --exact             float32 even where 8-bit integers are faster
  --preset NAME       ${PRESETS.join(', ')}
  --recipe NAME|FILE  everything as a recipe says: one of the app's, or a file
  --from-scratch NAME a network with fresh weights, by its title in the app's list, such as "Plain CNN"
  --input-size N      of that network, pixels
  --weights FILE|URL  a network with the weights of this file, or of the one at this address
  --backbone ID       the network that they must be of, such as "densenet121"
  --freeze-to WHAT    how much stays as it is: "all", "4" or "3" stages of five, "none"
  --batch-size N      pictures at a time
  --learning-rate X   speed of learning
  --augment           augment the pictures while learning
  --crop-and-flip     as small pictures are: mirrored, moved within an edge of 4 pixels
  --epochs N          rounds at most
  --seed N            of the training run
  --resume-after-reload
                      reload in the middle of learning, then go on from what was kept
  --export FORMAT:FILE
                      download the model's zip to FILE: tfjs, onnx; -float16 or -int8 behind it for
                      smaller ones, such as onnx-int8:model.zip
  --offline           from the reload on without the network and without the server
  --dist DIR          a build that is there already`;

export interface DriveExport {
  /** As it was asked for, such as `onnx-int8`. */
  readonly name: string;
  readonly format: FormatAbout;
  readonly precision: Precision;
  readonly file: string;
}

export interface DriveOptions {
  readonly images: string;
  readonly classify: string | null;
  readonly backend: (typeof BACKENDS)[number];
  readonly exact: boolean;
  /** null: as the app proposes. */
  readonly preset: Preset | null;
  /** Id of one of the app's, or a file. */
  readonly recipe: string | null;
  /** A network with fresh weights; null: the published one. */
  readonly fromScratch: string | null;
  readonly inputSizePx: number | null;
  /** A file or an address of a person's own; null: the published ones. */
  readonly weights: string | null;
  /** What they must be of; null: whatever the app finds. */
  readonly backbone: string | null;
  /** null: as the preset has it. */
  readonly freezeTo: FreezeTo | null;
  readonly batchSize: number | null;
  readonly learningRate: number | null;
  /** Beside what the preset augments already. */
  readonly augment: boolean;
  readonly cropAndFlip: boolean;
  readonly epochs: number | null;
  readonly seed: number | null;
  readonly resumeAfterReload: boolean;
  readonly exports: readonly DriveExport[];
  readonly offline: boolean;
  readonly dist: string | null;
}

function toWhole(text: string | undefined, name: string, smallest: number): number | null {
  if (text === undefined) return null;
  const value = Number(text);
  if (!Number.isInteger(value) || value < smallest)
    throw new SetupError(`--${name} is a whole number from ${smallest}`);
  return value;
}

function toRate(text: string | undefined): number | null {
  if (text === undefined) return null;
  const value = Number(text);
  if (!(value > 0 && value <= 1)) throw new SetupError('--learning-rate is a number above 0, 1 at most');
  return value;
}

/** An address stays what it is: whether it can be asked for, the app says. */
function toFileOrAddress(text: string): string {
  return /^https?:\/\//.test(text) ? text : resolve(text);
}

function toExport(text: string, formats: readonly FormatAbout[]): DriveExport {
  const offered = formats.flatMap((format) =>
    format.precisions.map((precision) => {
      const name = precision === 'float32' ? format.id : `${format.id}-${precision}`;
      return { name, format, precision };
    }),
  );
  const [, asked, file] = /^([\w-]+):(.+)$/.exec(text) ?? [];
  const found = offered.find(({ name }) => name === asked);
  if (!found || file === undefined)
    throw new SetupError(
      `--export is FORMAT:FILE.zip with one of ${offered.map(({ name }) => name).join(', ')}`,
    );
  return { ...found, file: resolve(file) };
}

/** Like `parseArgs`, but what is wrong is told in one line. */
function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        images: { type: 'string' },
        classify: { type: 'string' },
        backend: { type: 'string', default: 'auto' },
        exact: { type: 'boolean', default: false },
        preset: { type: 'string' },
        recipe: { type: 'string' },
        'from-scratch': { type: 'string' },
        'input-size': { type: 'string' },
        weights: { type: 'string' },
        backbone: { type: 'string' },
        'freeze-to': { type: 'string' },
        'batch-size': { type: 'string' },
        'learning-rate': { type: 'string' },
        augment: { type: 'boolean', default: false },
        'crop-and-flip': { type: 'boolean', default: false },
        epochs: { type: 'string' },
        seed: { type: 'string' },
        'resume-after-reload': { type: 'boolean', default: false },
        export: { type: 'string', multiple: true, default: [] },
        offline: { type: 'boolean', default: false },
        dist: { type: 'string' },
      },
    }).values;
  } catch (error) {
    throw new SetupError(`${error instanceof Error ? error.message : error}\n\n${USAGE}`);
  }
}

/** @throws SetupError with what would be right */
export function readOptions(args: readonly string[], formats: readonly FormatAbout[]): DriveOptions {
  const values = parse(args);
  if (!values.images) throw new SetupError(USAGE);
  const backend = BACKENDS.find((name) => name === values.backend);
  if (!backend) throw new SetupError(`--backend is one of ${BACKENDS.join(', ')}`);
  const preset = PRESETS.find((name) => name === values.preset);
  if (values.preset !== undefined && !preset)
    throw new SetupError(`--preset is one of ${PRESETS.join(', ')}`);
  const freezeTo = FREEZE_TO.find((name) => name === values['freeze-to']);
  if (values['freeze-to'] !== undefined && !freezeTo)
    throw new SetupError(`--freeze-to is one of ${FREEZE_TO.join(', ')}`);
  if (values.backbone !== undefined && values.weights === undefined)
    throw new SetupError('--backbone says what --weights are of: the app comes with ResNet50 alone');
  return {
    images: resolve(values.images),
    classify: values.classify === undefined ? null : resolve(values.classify),
    backend,
    exact: values.exact,
    preset: preset ?? null,
    recipe: values.recipe ?? null,
    fromScratch: values['from-scratch'] ?? null,
    inputSizePx: toWhole(values['input-size'], 'input-size', 1),
    weights: values.weights === undefined ? null : toFileOrAddress(values.weights),
    backbone: values.backbone ?? null,
    freezeTo: freezeTo ?? null,
    batchSize: toWhole(values['batch-size'], 'batch-size', 1),
    learningRate: toRate(values['learning-rate']),
    augment: values.augment,
    cropAndFlip: values['crop-and-flip'],
    epochs: toWhole(values.epochs, 'epochs', 1),
    seed: toWhole(values.seed, 'seed', 0),
    resumeAfterReload: values['resume-after-reload'],
    exports: values.export.map((text) => toExport(text, formats)),
    offline: values.offline,
    dist: values.dist === undefined ? null : resolve(values.dist),
  };
}
