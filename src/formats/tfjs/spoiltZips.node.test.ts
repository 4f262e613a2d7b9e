/** Model files that lie, overflow or are broken: each ends in one named error, soon, or is a model that works. */
import { BlobWriter, Uint8ArrayReader, ZipWriter } from '@zip.js/zip.js';
import { describe, expect, it } from 'vitest';
import type { Metrics } from '../../domain/metrics.ts';
import type { ModelDescription } from '../../domain/model.ts';
import { AppError } from '../../shared/errors.ts';
import {
  readContent,
  spoilModelZip,
  withJson,
  writeContent,
  type ZipContent,
} from '../../testing/formats/mutatedModelZips.ts';
import { packageOf } from '../../testing/formats/packages.ts';
import { format } from './format.ts';
import { readModelZip } from './modelZip.ts';
import type { TfjsModelJson } from './schema.ts';

const content = await readContent(await packageOf(format));
const SHARD = 'group1-shard1of1.bin';

type Writable<T> = { -readonly [Key in keyof T]: Writable<T[Key]> };
type Description = Writable<ModelDescription>;

/** What became of it, and what it took. */
async function judge(file: Blob) {
  const startMs = performance.now();
  const before = process.memoryUsage();
  const outcome = await readModelZip(file, {}).then(
    () => 'a model',
    (thrown: unknown) => (thrown instanceof AppError ? thrown.code : thrown),
  );
  const after = process.memoryUsage();
  return {
    outcome,
    elapsedMs: performance.now() - startMs,
    grownBytes: after.rss - before.rss,
  };
}

/** Generous, as this runs beside other tests; the files took 20 s and more. */
const SOON_MS = 5_000;

const model = (change: (text: TfjsModelJson) => void) => withJson(content, 'model.json', change);
const described = (change: (text: Description) => void) => withJson(content, 'headstart.json', change);

/** The padding of the first layer of zeros. */
function pad(text: TfjsModelJson, marginPx: number): void {
  const layer = text.modelTopology.model_config.config.layers.find(
    ({ class_name }) => class_name === 'ZeroPadding2D',
  );
  if (!layer) throw new Error('the sample has a layer of zeros');
  layer.config.padding = [
    [marginPx, marginPx],
    [marginPx, marginPx],
  ];
}

function withShard(change: (view: DataView) => void): Promise<Blob> {
  const bytes = content.get(SHARD)?.slice() ?? new Uint8Array();
  change(new DataView(bytes.buffer));
  return writeContent(new Map([...content, [SHARD, bytes]]));
}

/** A deflated zip that tells another size of one entry, wherever it tells it. */
async function lying(files: ZipContent, sizeBytes: number, toldBytes: number): Promise<Blob> {
  const zip = new ZipWriter(new BlobWriter(), { useWebWorkers: false, level: 1 });
  for (const [name, bytes] of files) await zip.add(name, new Uint8ArrayReader(bytes));
  const packed = Buffer.from(await (await zip.close()).arrayBuffer());
  const asBytes = (size: number) => Buffer.from(new Uint32Array([size]).buffer);
  for (let at = packed.indexOf(asBytes(sizeBytes)); at >= 0; at = packed.indexOf(asBytes(sizeBytes), at)) {
    asBytes(toldBytes).copy(packed, at);
  }
  return new Blob([packed]);
}

const metricsOf = (classes: number): Writable<Metrics> => ({
  ...{ count: 0, accuracy: 0, accuracyInterval: [0, 1] },
  perClass: Array.from({ length: classes }, (_, classIndex) => ({
    ...{ classIndex, support: 0, precision: null, recall: null, f1: null },
  })),
  confusion: [],
});

describe('a model file that no browser should believe', { timeout: 30_000 }, () => {
  it.each<[string, string, () => Promise<Blob>]>([
    ['a padding of 3,000 pixels', 'modelFileTooLarge', () => model((text) => pad(text, 3_000))],
    ['a padding of 100,000 pixels', 'modelFileTooLarge', () => model((text) => pad(text, 100_000))],
    [
      '3,000 groups of weights over one file',
      'modelFileUnreadable',
      () =>
        model((text) => {
          const [group] = text.weightsManifest;
          if (group) text.weightsManifest = Array.from({ length: 3_000 }, () => group);
        }),
    ],
    [
      'more files than any network has, in a few groups',
      'modelFileTooLarge',
      () =>
        model((text) => {
          const group = (from: number) => ({
            paths: Array.from({ length: 1_000 }, (_, i) => `${from + i}.bin`),
            weights: [],
          });
          text.weightsManifest.push(group(0), group(1_000), group(2_000));
        }),
    ],
    [
      'two groups over one file',
      'modelFileUnreadable',
      () => model((text) => text.weightsManifest.push({ paths: [SHARD], weights: [] })),
    ],
    [
      'groups that are too large only together',
      'modelFileTooLarge',
      () =>
        model((text) => {
          for (let i = 0; i < 10; i++) {
            const weights = [{ name: `more${i}/kernel`, shape: [100, 160_000], dtype: 'float32' }];
            text.weightsManifest.push({ paths: [], weights });
          }
        }),
    ],
    [
      'a weight that no layer uses',
      'modelFileUnreadable',
      () =>
        model((text) =>
          text.weightsManifest.push({
            paths: [],
            weights: [{ name: 'more/kernel', shape: [100, 1_000_000], dtype: 'float32' }],
          }),
        ),
    ],
    [
      'a weight that is NaN',
      'modelFileNotFinite',
      () => withShard((view) => view.setUint16(0, 0x7e00, true)),
    ],
    [
      'a weight that is infinite',
      'modelFileNotFinite',
      () => withShard((view) => view.setFloat32(view.byteLength - 4, -Infinity, true)),
    ],
    [
      'measures of 100,000 classes',
      'modelFileUnreadable',
      () =>
        described((text) => {
          text.metrics.test = metricsOf(100_000);
        }),
    ],
    [
      'measures of more classes than it has',
      'modelFileMisfit',
      () =>
        described((text) => {
          text.metrics.validation = metricsOf(1_000);
        }),
    ],
    [
      'a confusion matrix of 1,500 × 1,500',
      'modelFileMisfit',
      () =>
        described((text) => {
          const confusion = Array.from({ length: 1_500 }, () => new Array<number>(1_500).fill(0));
          if (text.exactMetrics) Object.assign(text.exactMetrics, { confusion });
        }),
    ],
    [
      'a confusion matrix that is not of its supports',
      'modelFileMisfit',
      () =>
        described((text) => {
          const row = text.metrics.test?.confusion[1];
          if (row) row[1] = 5;
        }),
    ],
    [
      'a curve of 20,000 epochs',
      'modelFileUnreadable',
      () =>
        described((text) => {
          const [epoch] = text.curve;
          if (epoch) text.curve = Array.from({ length: 20_000 }, () => epoch);
        }),
    ],
    [
      'no probabilities at its end',
      'modelFileUnreadable',
      () =>
        model((text) => {
          const last = text.modelTopology.model_config.config.layers.at(-1);
          if (last) Object.assign(last, { class_name: 'ReLU', config: { name: last.name } });
        }),
    ],
  ])('is refused for %s', async (_what, code, make) => {
    const { outcome, elapsedMs, grownBytes } = await judge(await make());
    expect(outcome).toBe(code);
    expect(elapsedMs).toBeLessThan(SOON_MS);
    expect(grownBytes).toBeLessThan(300e6);
  });

  it('is refused where it says that it unpacks to far more than it is', async () => {
    const zeros = new Uint8Array(1_234_567);
    const file = await lying(new Map([...content, ['more.bin', zeros]]), zeros.length, 1_000_000_000);
    const { outcome, grownBytes } = await judge(file);
    expect(outcome).toBe('modelFileTooLarge');
    expect(grownBytes).toBeLessThan(100e6);
  });

  it('is refused where an entry holds more than it says', async () => {
    const text = new TextEncoder().encode('x'.repeat(20_123_456));
    const file = await lying(new Map([...content, ['headstart.json', text]]), text.length, 100);
    const { outcome, grownBytes } = await judge(file);
    expect(outcome).toBe('modelFileUnreadable');
    expect(grownBytes).toBeLessThan(100e6);
  });
});

describe('a model file that was spoilt by chance', () => {
  const CODES = [
    'modelFileUnreadable',
    'modelFileUnsupported',
    'modelFileTooLarge',
    'modelFileNotFinite',
    'modelFileMisfit',
  ];

  it('is a model or one named error, five hundred times', async () => {
    const outcomes: Record<string, number> = {};
    for (let seed = 1; seed <= 500; seed++) {
      const file = await spoilModelZip(content, seed);
      const { outcome, elapsedMs, grownBytes } = await judge(file);
      expect(['a model', ...CODES], `seed ${seed}: ${String(outcome)}`).toContain(outcome);
      expect(elapsedMs, `seed ${seed}`).toBeLessThan(SOON_MS);
      expect(grownBytes, `seed ${seed}`).toBeLessThan(300e6);
      outcomes[String(outcome)] = (outcomes[String(outcome)] ?? 0) + 1;
    }
    // It has seen most kinds, and not only broken zips.
    const seen = ['a model', ...CODES.filter((code) => code !== 'modelFileTooLarge')];
    expect(Object.keys(outcomes)).toEqual(expect.arrayContaining(seen));
    expect(outcomes.modelFileUnreadable).toBeLessThan(430);
  }, 120_000);
});
