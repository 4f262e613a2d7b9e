/** The model formats as Node finds them: the folders that src/formats/formatList.ts gathers where Vite builds. */
import type { FormatAbout } from '../src/domain/modelExport.ts';
import { importEach } from './folders.ts';

/** Those that are written, by the names of their folders. */
export function listModelFormats(): Promise<readonly FormatAbout[]> {
  return importEach('src/formats', 'about.ts', 'about');
}
