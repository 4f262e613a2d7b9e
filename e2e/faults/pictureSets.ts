/** Folders of pictures for the faults, taken from the sample set, which set-up has drawn. */
import { join } from 'node:path';
import { type Files, readSamples, writeFiles } from '../pages/pictures.ts';

export interface PictureSet {
  readonly folder: string;
  /** Without folders; no two are alike. */
  readonly names: readonly string[];
  /** null for a name that is not in it. */
  readonly classOf: (name: string) => string | null;
}

/** @param wanted chooses among the sample set's paths, `class/style_name.png` */
export async function writeSamples(
  folder: string,
  wanted: (path: string, index: number) => boolean,
): Promise<PictureSet> {
  const samples = Object.entries(await readSamples());
  const chosen: Files = Object.fromEntries(
    samples.sort(([a], [b]) => a.localeCompare(b)).filter(([path], index) => wanted(path, index)),
  );
  await writeFiles(folder, chosen);
  const classes = new Map(
    Object.keys(chosen).map((path) => {
      const [className = '', name = ''] = path.split('/');
      return [name, className];
    }),
  );
  return { folder: join(folder), names: [...classes.keys()], classOf: (name) => classes.get(name) ?? null };
}
