/** Hands a file to the browser's downloads: the only way out for what a person made here. */
import { countSavedFile } from '../shell/privacy.ts';

/** An object URL must outlive the click by the time the browser needs to start the download. */
const REVOKE_AFTER_MS = 60_000;

export function downloadFile(file: Blob, fileName: string): void {
  const url = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = url;
  link.download = fileName;
  document.body.append(link);
  link.click();
  link.remove();
  countSavedFile();
  setTimeout(() => URL.revokeObjectURL(url), REVOKE_AFTER_MS);
}
