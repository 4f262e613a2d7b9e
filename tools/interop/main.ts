/**
 * `npm run test:interop`: whether model files open in the programs that they are for, and give the same answers there. Each
 * file is written by the app's own writers, unpacked, and its own program is run. Needs Python; without it, it says so.
 */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Precision } from '../../src/domain/modelExport.ts';
import type { DescribedModel, ModelFormat } from '../../src/formats/modelFormat.ts';
import type { Backbone } from '../../src/network/backbones/backbone.ts';
import { readContent } from '../../src/testing/formats/mutatedModelZips.ts';
import { packageOf } from '../../src/testing/formats/packages.ts';
import { withRoundedKernels } from '../../src/testing/formats/roundedKernels.ts';
import { sampleModel } from '../../src/testing/formats/sampleModel.ts';
import { listBackbones } from '../backbones.ts';
import { importEach } from '../folders.ts';
import { CACHE_DIR } from '../paths.ts';
import { runMain, SetupError, say } from '../say.ts';
import { setUp } from '../setup.ts';
import {
  answersFor,
  BACKBONE_IDS,
  buildClassifier,
  readPublished,
  startTensorflow,
  TRAINED,
} from './networks.ts';
import { type DrawnPicture, drawPictures, readSamplePictures, startDrawing } from './pictures.ts';
import { installInto, preparePython, runPython } from './python.ts';

const FOLDER = join(CACHE_DIR, 'interop/models');
/**
 * Of a probability, from a network whose kernels are rounded as in the file. Where those of a dense layer are int8, ONNX
 * Runtime rounds what it reads as well (its `qdq_matmulnbits_accuracy_level`).
 */
const MOST_OFF: Readonly<Record<Precision, number>> = { float32: 1e-4, float16: 1e-4, int8: 0.02 };
/** From the network as it was, where its weights were learned; of int8 it is the first guess that counts. */
const MOST_OFF_LEARNED: Readonly<Record<Precision, number>> = { float32: 1e-4, float16: 5e-3, int8: 1 };
const SAME_FIRST = 0.95;
const SAMPLES = 40;

/** What is written and compared. */
interface Case {
  readonly name: string;
  readonly model: DescribedModel;
  readonly pictures: readonly DrawnPicture[];
  readonly isLearned: boolean;
}

interface Row {
  readonly title: string;
  readonly megabytes: number;
  readonly off: number;
  /** Of all pictures, those whose first guess is that of the network as it was. */
  readonly sameFirst: number;
  readonly fault: string | null;
}

/** What the program beside a model prints of each picture. */
const PICTURE_LINE = /^pictures\/(\d+)\.png: (.+), off by ([\d.]+)$/gm;

/** A picture, no picture, and nothing at all. */
const ASK_SERVER = `
import io, serve
client = serve.app.test_client()
answers = [client.post("/predict", data=data) for data in (
    {"file": open("pictures/1.png", "rb")}, {"file": (io.BytesIO(b"no picture"), "a.png")}, {})]
print(answers[0].status_code, answers[0].json["predictions"][0]["label"], *[one.status_code for one in answers[1:]])
`;

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

const installed = new Set<ModelFormat>();

/** What the programs of a format say that they need, as a person would. */
async function installOnce(python: string, format: ModelFormat, folder: string): Promise<void> {
  if (installed.has(format)) return;
  say(`${format.about.title}: installing what its programs need …`);
  await installInto(python, join(folder, 'requirements.txt'));
  installed.add(format);
}

async function tryFile(
  python: string,
  format: ModelFormat,
  { name, model, pictures, isLearned }: Case,
  precision: Precision,
): Promise<Row> {
  const title = `${format.about.id} ${name} ${precision}`;
  const folder = join(FOLDER, title.replaceAll(' ', '-'));
  const answers = await answersFor(model, pictures);
  const rounded = { ...model, network: withRoundedKernels(model.network, precision) };
  // Made-up weights make more of rounding than learned ones: of theirs, only the way of computing is compared.
  const expected = isLearned ? answers : await answersFor(rounded, pictures);
  const along = pictures.map(({ png }, i) => ({ file: png, probabilities: expected[i] ?? [] }));
  const megabytes = await unpack(await packageOf(format, { model, precision, pictures: along }), folder);
  await installOnce(python, format, folder);
  const { output, exitCode } = await runPython(python, folder, ['classify.py']);
  const server = await runPython(python, folder, ['-c', ASK_SERVER]);
  await rm(folder, { recursive: true });
  const lines = [...output.matchAll(PICTURE_LINE)];
  const off = Math.max(0, ...lines.map(([, , , by]) => Number(by)));
  const { classNames } = model.description;
  const firsts = lines.filter(([, , label], i) => label === labelOf(answers[i] ?? [], classNames)).length;
  const sameFirst = firsts / pictures.length;
  const isClose = off <= (isLearned ? MOST_OFF_LEARNED : MOST_OFF)[precision];
  const isSame = !isLearned || sameFirst >= SAME_FIRST;
  const isServed = server.output.trim() === `200 ${lines[0]?.[2]} 400 400`;
  const isWhole = exitCode === 0 && lines.length === pictures.length;
  const isFine = isWhole && isClose && isSame && isServed;
  const said = `${output}\n${isServed ? '' : server.output}`.trim().split('\n');
  const fault = isFine ? null : said.slice(-3).join(' | ');
  return { title, megabytes, off, sameFirst, fault };
}

function toLine({ title, megabytes, off, sameFirst, fault }: Row): string {
  const same = `${(100 * sameFirst).toFixed(0).padStart(3)} % same first`;
  const figures = `${megabytes.toFixed(1).padStart(6)} MB   off by ${off.toFixed(6)}   ${same}`;
  return `${title.padEnd(44)}${figures}${fault === null ? '' : `   FAILED: ${fault}`}`;
}

async function* cases(wanted: readonly string[]): AsyncGenerator<Case> {
  const all = await listBackbones();
  const drawn = drawPictures();
  yield { name: 'every kind of node', model: sampleModel(), pictures: drawn, isLearned: false };
  for (const id of wanted) {
    const backbone: Backbone | undefined = all.find((one) => one.id === id);
    if (!backbone) throw new SetupError(`No backbone ${id}.`);
    for (const trained of TRAINED) {
      const model = await buildClassifier(backbone, trained, drawn);
      yield { name: `${id} ${trained}`, model, pictures: drawn, isLearned: false };
    }
  }
  const pictures = await readSamplePictures(SAMPLES);
  yield { name: 'published', model: await readPublished(), pictures, isLearned: true };
}

await runMain(async () => {
  const { values } = parseArgs({
    options: {
      formats: { type: 'string' },
      backbones: { type: 'string' },
      // An environment that is there, in place of one of its own; what is missing is installed into it.
      python: { type: 'string' },
    },
  });
  const python = values.python ?? (await preparePython());
  if (python === null) return say('There is no Python here (PYTHON may name one): nothing was tried.');
  await setUp();
  const all = await importEach<ModelFormat>('src/formats', 'format.ts', 'format');
  // Those with a program in Python; TensorFlow.js is tried in Chromium, by e2e/export.spec.ts.
  const written = all.filter(({ about, writer }) => writer && about.id !== 'tfjs');
  const formats = written.filter(({ about }) => values.formats?.split(',').includes(about.id) ?? true);
  if (formats.length === 0)
    throw new SetupError(`--formats is of ${written.map(({ about }) => about.id).join(', ')}.`);
  await startTensorflow();
  await startDrawing();
  const rows: Row[] = [];
  for await (const one of cases(values.backbones?.split(',') ?? BACKBONE_IDS)) {
    for (const format of formats) {
      for (const precision of format.about.precisions) {
        const row = await tryFile(python, format, one, precision);
        say(toLine(row));
        rows.push(row);
      }
    }
  }
  const failed = rows.filter(({ fault }) => fault !== null);
  if (failed.length > 0) throw new SetupError(`${failed.length} of ${rows.length} files do not agree.`);
  say(`All ${rows.length} files agree.`);
});
