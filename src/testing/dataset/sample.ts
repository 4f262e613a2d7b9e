/** Files of each data-set format, for the suite that all of them pass: `samples/<id>.ts` packs those of one. */
import type { ArchiveEntry, ArchiveFormat, SetFormat } from '../../dataset/datasetFormat.ts';
import type { SplitName } from '../../domain/picture.ts';

/** What a file in `samples/` exports as `sample`, of an archive. */
export interface FormatSample {
  /** Paths to contents, all of them texts, in the order of the keys. */
  pack(files: Readonly<Record<string, string>>): Promise<Blob>;
  /** `pack` with further files that only a password opens; only where the format knows such. */
  packLocked?(
    files: Readonly<Record<string, string>>,
    locked: Readonly<Record<string, string>>,
  ): Promise<Blob>;
}

/** What a file in `samples/` exports as `sample`, of a binary set: pictures of its own choice, at least four of two classes. */
export interface SetSample {
  /** By their paths; all in one folder. */
  pack(): Promise<Readonly<Record<string, Blob>>>;
  /** Those of `pack` that hold pictures: cut off, they are broken. */
  readonly pictureFiles: readonly string[];
  readonly pictures: readonly SamplePicture[];
}

export interface SamplePicture {
  readonly className: string | null;
  readonly split: SplitName | null;
  /** Red, green and blue of each pixel, row by row, where the set holds raw pixels; else the bytes of the picture. */
  readonly content: Uint8Array;
}

const SAMPLES = import.meta.glob<FormatSample | SetSample>('./samples/*.ts', {
  import: 'sample',
  eager: true,
});

function find(id: string): FormatSample | SetSample {
  const sample = SAMPLES[`./samples/${id}.ts`];
  if (!sample) throw new Error(`no src/testing/dataset/samples/${id}.ts: the suite packs its files with it`);
  return sample;
}

/** @throws Error that names the file to be written, where a format has none */
export function sampleOf({ id }: ArchiveFormat): FormatSample {
  const sample = find(id);
  if ('pictures' in sample) throw new Error(`src/testing/dataset/samples/${id}.ts packs no archive`);
  return sample;
}

/** @throws Error that names the file to be written, where a format has none */
export function setSampleOf({ id }: Pick<SetFormat, 'id'>): SetSample {
  const sample = find(id);
  if (!('pictures' in sample)) throw new Error(`src/testing/dataset/samples/${id}.ts packs no binary set`);
  return sample;
}

/** What an entry holds, or the code of the error that it gives instead. */
export function textOrCode(entry: ArchiveEntry): Promise<string> {
  return entry.getBlob().then(
    (blob) => blob.text(),
    (error: { readonly code: string }) => error.code,
  );
}
