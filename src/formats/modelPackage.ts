/**
 * A trained model ready to be used elsewhere, as one zip: what its format writes, the labels, a model card, our own
 * description, and a few pictures with what the model says of them, by which a stranger can check it.
 */
import { BlobReader, BlobWriter, TextReader, ZipWriter } from '@zip.js/zip.js';
import type { TestPicture } from '../domain/modelExport.ts';
import { throwIfCancelled } from '../shared/errors.ts';
import { DESCRIPTION_FILE, writeDescription } from './description.ts';
import { type ModelFile, sizeOfParts, toStream } from './fileParts.ts';
import { labelLines } from './labels.ts';
import { modelCard } from './modelCard.ts';
import type { DescribedModel, FormatWriter, PackageContext, WriteOptions } from './modelFormat.ts';
import { hasLogits, withOutput } from './softmax.ts';
import { ZIP_OPTIONS } from './zipFiles.ts';

export const EXPECTED_FILE = 'expected.json';
export const PACKAGE_EXTENSION = '.zip';

/** @throws AppError unsupportedByFormat, cancelled */
export async function writePackage(
  writer: FormatWriter,
  { description, network }: DescribedModel,
  wanted: WriteOptions,
  { backboneCredit, pictures = [], onProgress, signal }: PackageContext,
): Promise<Blob> {
  // What has no softmax at its end gives probabilities all the same.
  const options: WriteOptions = hasLogits(network) ? wanted : { ...wanted, output: 'probabilities' };
  const model = { description, network: withOutput(network, options.output) };
  const { files, usage } = writer.write(model, options);
  const texts: readonly ModelFile[] = [
    { path: 'README.md', content: modelCard(description, { backboneCredit, usage, ...options }) },
    { path: 'labels.txt', content: labelLines(description) },
    { path: DESCRIPTION_FILE, content: writeDescription(description, options.output) },
    { path: EXPECTED_FILE, content: expectedAnswers(pictures) },
  ];
  const lastModDate = new Date(description.createdAt);
  const zip = new ZipWriter(new BlobWriter('application/zip'), { ...ZIP_OPTIONS, lastModDate });
  const totalBytes = files.reduce((sum, { content }) => sum + sizeOf(content), 0);
  let doneBytes = 0;
  const onBytes = (bytes: number) => {
    throwIfCancelled(signal);
    onProgress?.(Math.min(1, (doneBytes + bytes) / totalBytes));
  };
  for (const { path, content } of [...texts, ...files]) {
    throwIfCancelled(signal);
    if (typeof content === 'string') {
      await zip.add(path, new TextReader(content));
      continue;
    }
    // A stream of unknown length would make a zip64 of it, which not every program unpacks.
    const uncompressedSize = sizeOfParts(content);
    await zip.add(path, toStream(content, onBytes), { uncompressedSize });
    doneBytes += uncompressedSize;
  }
  for (const [index, { file }] of pictures.entries()) await zip.add(pathOf(index), new BlobReader(file));
  onProgress?.(1);
  return zip.close();
}

function sizeOf(content: ModelFile['content']): number {
  return typeof content === 'string' ? 0 : sizeOfParts(content);
}

function pathOf(index: number): string {
  return `pictures/${index + 1}.png`;
}

/** What the programs compare with: the model's own answers, before its weights were rounded for the file. */
function expectedAnswers(pictures: readonly TestPicture[]): string {
  const answers = pictures.map(({ probabilities }, index) => ({ picture: pathOf(index), probabilities }));
  return `${JSON.stringify(answers, null, 2)}\n`;
}
