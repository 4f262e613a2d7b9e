/** What people hand over, before anybody has looked inside. */
import type { ContentHash } from './picture.ts';

/** A file as the page found it. `path` has `/` between folders. */
export interface FileEntry {
  readonly path: string;
  readonly file: Blob;
  /** Hash of the original where `file` was drawn from it by the page (SVG). */
  readonly originalHash?: ContentHash;
}
