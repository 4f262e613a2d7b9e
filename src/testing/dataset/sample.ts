/** Files of each data-set format, for the suite that all of them pass: `samples/<id>.ts` packs those of one. */
import type { ArchiveEntry, DatasetFormat } from '../../dataset/datasetFormat.ts';

/** What a file in `samples/` exports as `sample`. */
export interface FormatSample {
  /** Paths to contents, all of them texts, in the order of the keys. */
  pack(files: Readonly<Record<string, string>>): Promise<Blob>;
  /** `pack` with further files that only a password opens; only where the format knows such. */
  packLocked?(
    files: Readonly<Record<string, string>>,
    locked: Readonly<Record<string, string>>,
  ): Promise<Blob>;
}

const SAMPLES = import.meta.glob<FormatSample>('./samples/*.ts', { import: 'sample', eager: true });

/** @throws Error that names the file to be written, where a format has none */
export function sampleOf({ id }: DatasetFormat): FormatSample {
  const sample = SAMPLES[`./samples/${id}.ts`];
  if (!sample) throw new Error(`no src/testing/dataset/samples/${id}.ts: the suite packs its files with it`);
  return sample;
}

/** What an entry holds, or the code of the error that it gives instead. */
export function textOrCode(entry: ArchiveEntry): Promise<string> {
  return entry.getBlob().then(
    (blob) => blob.text(),
    (error: { readonly code: string }) => error.code,
  );
}
