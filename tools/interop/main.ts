/**
 * `npm run test:interop`: whether model files open in the programs that they are for, and give the same answers there. Each
 * file is written by the app's own writers, unpacked, and its own program is run. Needs Python; without it, it says so.
 */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Precision } from '../../src/domain/modelExport.ts';
import type { ModelFormat } from '../../src/formats/modelFormat.ts';
import type { Backbone } from '../../src/network/backbones/backbone.ts';
import { readContent } from '../../src/testing/formats/mutatedModelZips.ts';
import { packageOf } from '../../src/testing/formats/packages.ts';
import { listBackbones } from '../backbones.ts';
import { importEach } from '../folders.ts';
import { CACHE_DIR } from '../paths.ts';
import { runMain, SetupError, say } from '../say.ts';
import { answersFor, BACKBONE_IDS, buildClassifier, startTensorflow, TRAINED } from './networks.ts';
import { CLASS_COUNT, drawPictures, startDrawing } from './pictures.ts';
import { preparePython, runPython } from './python.ts';

const FOLDER = join(CACHE_DIR, 'interop/models');
/** The largest difference of a probability; of int8 it is the first guess that counts. */
const MOST_OFF: Readonly<Record<Precision, number>> = { float32: 1e-4, float16: 5e-3, int8: 1 };
/** Of all pictures, those that keep their first guess in int8. */
const SAME_FIRST = 0.95;

/** The head learns from these, */
const LEARNED_A_CLASS = 4;
/** and the files are tried with others. */
const TRIED = 10;

interface Row {
  readonly name: string;
  readonly precision: Precision;
  readonly megabytes: number;
  readonly off: number;
  readonly sameFirst: number;
  readonly pictures: number;
  readonly fault: string | null;
}

/** What the program beside a model prints of each picture. */
const PICTURE_LINE = /^pictures\/(\d+)\.png: (.+), off by ([\d.]+)$/gm;

async function unpack(file: Blob, folder: string): Promise<number> {
  await rm(folder, { recursive: true, force: true });
  for (const [path, bytes] of await readContent(file)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), bytes);
  }
  return file.size / 1e6;
}

function labelOf(probabilities: readonly number[], labels: readonly string[]): string {
  return labels[probabilities.indexOf(Math.max(...probabilities))] ?? '';
}

async function findBackbone(id: string): Promise<Backbone> {
  const backbone = (await listBackbones()).find((one) => one.id === id);
  if (!backbone) throw new SetupError(`No backbone ${id}.`);
  return backbone;
}

async function tryFormat(python: string, format: ModelFormat, backboneId: string): Promise<readonly Row[]> {
  const backbone = await findBackbone(backboneId);
  const learned = drawPictures(LEARNED_A_CLASS * CLASS_COUNT, 5);
  const pictures = drawPictures(TRIED, 6);
  const rows: Row[] = [];
  for (const trained of TRAINED) {
    const { model, answers } = await withSpreadAnswers(
      await buildClassifier(backbone, trained, pictures),
      pictures,
    );
    const { classNames } = model.description;
    const along = pictures.map(({ png }, i) => ({ file: png, probabilities: answers[i] ?? [] }));
    for (const precision of format.about.precisions) {
      const name = `${format.about.id} ${backboneId} ${trained}`;
      const folder = join(FOLDER, `${format.about.id}-${backboneId}-${trained}-${precision}`);
      const megabytes = await unpack(await packageOf(format, { model, precision, pictures: along }), folder);
      const { output } = await runPython(python, folder, ['classify.py']);
      const lines = [...output.matchAll(PICTURE_LINE)];
      const off = Math.max(0, ...lines.map(([, , , by]) => Number(by)));
      const firsts = lines.filter(([, , label], i) => label === labelOf(answers[i] ?? [], classNames));
      const isWhole = lines.length === pictures.length;
      const fault =
        isWhole && off <= MOST_OFF[precision] ? null : output.trim().split('\n').slice(-3).join(' | ');
      rows.push({ name, precision, megabytes, off, sameFirst: firsts.length, pictures: lines.length, fault });
      say(toLine(rows.at(-1) as Row));
      await rm(folder, { recursive: true });
    }
  }
  return rows;
}

function toLine({ name, precision, megabytes, off, sameFirst, pictures, fault }: Row): string {
  const figures = `${megabytes.toFixed(1).padStart(6)} MB  off by ${off.toFixed(6)}  same first ${sameFirst} of ${pictures}`;
  return `${name.padEnd(36)} ${precision.padEnd(8)} ${figures}${fault === null ? '' : `  FAILED: ${fault}`}`;
}

await runMain(async () => {
  const { values } = parseArgs({ options: { formats: { type: 'string' }, backbones: { type: 'string' } } });
  const python = await preparePython();
  if (python === null) return say('There is no Python here (PYTHON may name one): nothing was tried.');
  const all = await importEach<ModelFormat>('src/formats', 'format.ts', 'format');
  // Those with a program in Python; TensorFlow.js is tried in Chromium, by e2e/export.spec.ts.
  const formats = all.filter(({ about, writer }) => writer && about.id !== 'tfjs');
  const wanted = formats.filter(({ about }) => values.formats?.split(',').includes(about.id) ?? true);
  await startTensorflow();
  await startDrawing();
  const rows: Row[] = [];
  for (const format of wanted) {
    for (const id of values.backbones?.split(',') ?? BACKBONE_IDS)
      rows.push(...(await tryFormat(python, format, id)));
  }
  const int8 = rows.filter(({ precision }) => precision === 'int8');
  const sum = (pick: (row: Row) => number) => int8.reduce((total, row) => total + pick(row), 0);
  const kept = sum((row) => row.sameFirst) / sum((row) => row.pictures);
  say(`int8: ${(100 * kept).toFixed(1)} % of first guesses stay the same, ${100 * SAME_FIRST} % asked`);
  const failed = rows.filter(({ fault }) => fault !== null);
  if (failed.length > 0) throw new SetupError(`${failed.length} of ${rows.length} files do not agree.`);
  if (kept < SAME_FIRST) throw new SetupError('Too many first guesses changed in int8.');
  say(`All ${rows.length} files agree.`);
});
