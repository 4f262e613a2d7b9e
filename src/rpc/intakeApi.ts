/** What the page asks of the intake worker: files in, checked pictures out. Types only. */

import type { AugmentSettings } from '../domain/augmentation.ts';
import type { FileEntry } from '../domain/fileEntry.ts';
import type { ContentHash, PackedBytes, ReadPicture, SkippedFile, SplitName } from '../domain/picture.ts';
import type { Method } from './protocol.ts';

/** A picture with what its folder says of it. */
export interface IntakePicture extends Omit<ReadPicture, 'blob' | 'thumbnail'> {
  /** Or where it lies in the pack of the same message. */
  readonly blob: Blob | Omit<PackedBytes, 'pack'>;
  /** null: the blob itself. Said so, since not every browser keeps one blob one on its way to the page. */
  readonly thumbnail: Blob | null;
  /** null: no folder names a class (a loose file). */
  readonly className: string | null;
  /** As the folder says (`train/…`); null where it does not. */
  readonly split: SplitName | null;
}

export interface IntakeProgress {
  readonly pictures: readonly IntakePicture[];
  /** Small ones out of binary sets, one behind the other; null: there are none. */
  readonly pack: Blob | null;
  readonly skipped: readonly SkippedFile[];
  /** SVG files, which only the page can draw; it hands them back as PNG through `readFiles`. */
  readonly toDraw: readonly {
    readonly path: string;
    readonly file: Blob;
    readonly hash: ContentHash;
    readonly className: string | null;
    readonly split: SplitName | null;
  }[];
  readonly done: number;
  readonly total: number;
  readonly remainingMs: number | null;
}

export interface PreviewArgs {
  readonly picture: Blob;
  /** Mixed in by MixUp and CutMix; null: nothing is. */
  readonly partner: Blob | null;
  readonly augmentation: AugmentSettings;
  /** The same numbers always give the same examples; a strength that moves leaves the rest of each as it is. */
  readonly seed: number;
  readonly count: number;
  /** Side of each example, as the network will see it. */
  readonly sizePx: number;
}

/** Lives in `compute/intake.worker.ts`. */
export interface IntakeApi {
  /**
   * Opens archives, reads the layout of folders, checks, hashes and thumbnails each picture.
   * @param layout `folders`: class and split from the path. `flat`: className and split stay null.
   */
  readFiles: Method<
    { entries: readonly FileEntry[]; layout: 'folders' | 'flat' },
    IntakeProgress,
    { readonly pictures: number; readonly skipped: number }
  >;
  /**
   * How training will see a picture: `count` augmented views of it, each RGBA `[sizePx, sizePx, 4]`, opaque, ready for
   * `new ImageData(example, sizePx)`. Fails with `pictureUnreadable`, `pictureTooLarge`.
   */
  previewAugmentation: Method<PreviewArgs, never, readonly Uint8ClampedArray<ArrayBuffer>[]>;
}
