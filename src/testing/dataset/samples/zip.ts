import { BlobReader, BlobWriter, TextReader, ZipWriter } from '@zip.js/zip.js';
import type { FormatSample } from '../sample.ts';

export const sample: FormatSample = { pack: (files) => packZip(files, {}), packLocked: packZip };

/** With an entry for a folder, as most packers write them. */
async function packZip(
  files: Readonly<Record<string, string>>,
  locked: Readonly<Record<string, string>>,
): Promise<Blob> {
  const writer = new ZipWriter(new BlobWriter('application/zip'), { useWebWorkers: false });
  await writer.add('cats/', undefined, { directory: true });
  for (const [name, text] of Object.entries(files)) await writer.add(name, new TextReader(text));
  for (const [name, text] of Object.entries(locked)) {
    await writer.add(name, new TextReader(text), { password: 'secret' });
  }
  return writer.close();
}

/** Files as they are. */
export async function zipOf(files: Readonly<Record<string, Blob>>): Promise<Blob> {
  const writer = new ZipWriter(new BlobWriter('application/zip'), { useWebWorkers: false });
  for (const [name, file] of Object.entries(files)) await writer.add(name, new BlobReader(file));
  return writer.close();
}
