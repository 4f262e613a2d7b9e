/** Opens .zip, .tar and .tar.gz entry by entry, so that a data set of many gigabytes never stands in memory at once. */
import { ARCHIVE_LIMITS, type Archive, type ArchiveLimits } from './archive.ts';
import type { ArchiveFormat } from './fileFormats.ts';
import { openTar } from './tar.ts';
import { openZip } from './zip.ts';

/**
 * Opens an archive that `detectFormat` recognised and lists what is in it.
 * @throws AppError `archiveUnreadable`
 */
export async function openArchive(
  blob: Blob,
  format: ArchiveFormat,
  limits: ArchiveLimits = ARCHIVE_LIMITS,
): Promise<Archive> {
  return format === 'zip' ? openZip(blob, limits) : openTar(blob, format, limits);
}
