/** Holds a file of weights against what is published under its name: a known name with other bytes is not taken. */
import { findWeightSource } from '../../domain/weightSources.ts';
import { AppError } from '../../shared/errors.ts';
import { sha256HexOfBlob } from '../../shared/sha256.ts';

/** The hash decides; a size as far off as this is not worth the reading. */
const SIZE_TOLERANCE = 0.01;

type OnProgress = (fraction: number) => void;

/** Of several files there is none. */
export async function hashOfFile(files: readonly File[], onProgress: OnProgress): Promise<string | null> {
  const [file, second] = files;
  return file && !second ? sha256HexOfBlob(file, onProgress) : null;
}

/**
 * @returns the SHA-256 of a file whose name is known; null where it is not, and nobody can tell whether it is right
 * @throws AppError `weightsNotPublished` where size or hash are others
 */
export async function checkIfPublished(
  files: readonly File[],
  onProgress: OnProgress,
): Promise<string | null> {
  const [file] = files;
  const source = file && findWeightSource(file.name);
  if (!source) return null;
  const refused = (reason: string) =>
    new AppError('weightsNotPublished', { file: file.name }, { cause: new Error(reason) });
  if (Math.abs(file.size - source.sizeBytes) > source.sizeBytes * SIZE_TOLERANCE)
    throw refused(`${file.size} bytes, not ${source.sizeBytes}`);
  const sha256 = await hashOfFile(files, onProgress);
  if (sha256?.startsWith(source.sha256) !== true) throw refused(`SHA-256 ${sha256}, not ${source.sha256}`);
  return sha256;
}
