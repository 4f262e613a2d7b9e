/** What folders say of pictures: people lay folders out in a dozen ways, and every one of them must simply work. */
import type { SplitName } from '../domain/picture.ts';

/** What the path of one file says. */
export interface Placement {
  /** Trimmed, in Unicode NFC; null for a loose file. */
  readonly className: string | null;
  readonly split: SplitName | null;
  /** A system file or a hidden one: left out without a word. */
  readonly ignore: boolean;
}

const SPLIT_FOLDERS: Readonly<Record<string, SplitName>> = {
  train: 'train',
  training: 'train',
  val: 'validation',
  valid: 'validation',
  validation: 'validation',
  dev: 'validation',
  test: 'test',
  testing: 'test',
};

const SYSTEM_FILES = new Set(['thumbs.db', 'ehthumbs.db', 'desktop.ini', 'icon\r']);
const SYSTEM_FOLDERS = new Set(['__macosx', '@eadir', '$recycle.bin', 'system volume information']);

/** Files that stand beside pictures and must not make a wrapping folder look like a class. */
const BESIDE_PICTURES =
  /\.(txt|md|rst|csv|tsv|json|jsonl|xml|ya?ml|html?|pdf|docx?|xlsx?|pptx?|odt|py|ipynb|js|db|log|mat|npy|npz|pkl|h5|mp4|mov|avi|mkv|webm|mp3|wav|sh|bat|exe|ini|cfg|toml|lnk|url)$/i;

interface Folder {
  readonly folders: Map<string, Folder>;
  /** Pictures directly in this folder. */
  pictures: number;
}

/** Folders and file name: `.` and empty parts fall away, `..` stays as the mere text it is. */
function toParts(path: string): string[] {
  return path.split('/').filter((part) => part !== '' && part !== '.');
}

/** True for files that systems leave behind and for whatever is hidden by a leading dot. */
export function isSystemPath(path: string): boolean {
  const parts = toParts(path);
  const fileName = parts.at(-1);
  if (fileName === undefined) return true;
  return (
    SYSTEM_FILES.has(fileName.toLowerCase()) ||
    parts.some((part) => (part.startsWith('.') && part !== '..') || SYSTEM_FOLDERS.has(part.toLowerCase()))
  );
}

function createFolder(): Folder {
  return { folders: new Map(), pictures: 0 };
}

function toTree(paths: readonly string[]): Folder {
  const root = createFolder();
  for (const path of paths) {
    if (isSystemPath(path) || BESIDE_PICTURES.test(path)) continue;
    let folder = root;
    for (const part of toParts(path).slice(0, -1)) {
      let next = folder.folders.get(part);
      if (!next) {
        next = createFolder();
        folder.folders.set(part, next);
      }
      folder = next;
    }
    folder.pictures += 1;
  }
  return root;
}

/** Which split a folder of that name is; null of any other. */
export function splitOfWord(folderName: string): SplitName | null {
  const name = folderName.trim().toLowerCase();
  return Object.hasOwn(SPLIT_FOLDERS, name) ? (SPLIT_FOLDERS[name] ?? null) : null;
}

/**
 * The children that are splits. `test/` may also be somebody's class: such names count as splits
 * if one of them holds class folders, or if several stand side by side.
 */
function splitFolders(folder: Folder): Map<string, SplitName> {
  const named = [...folder.folders].flatMap(([name, child]) => {
    const split = splitOfWord(name);
    return split ? [{ name, child, split }] : [];
  });
  const areSplits =
    named.some(({ child }) => child.folders.size > 0) || new Set(named.map(({ split }) => split)).size > 1;
  return new Map(areSplits ? named.map(({ name, split }) => [name, split]) : []);
}

/** The one sub-folder of a folder that only wraps it, or null. */
function wrapped(folder: Folder, isDrop: boolean): readonly [string, Folder] | null {
  const [only] = folder.folders;
  if (!only || folder.folders.size > 1 || splitFolders(folder).size > 0) return null;
  // What lies loose beside a dropped folder says nothing about the folder; pictures within one make it a class.
  if (!isDrop && folder.pictures > 0) return null;
  const [, child] = only;
  const holdsClasses = child.folders.size > 1 || (child.folders.size === 1 && child.pictures === 0);
  return holdsClasses || splitFolders(child).size > 0 ? only : null;
}

/** `train.zip` often holds a folder `train`, with the classes in that one. */
function innermostSplit(path: string, folder: Folder): readonly [string, Folder] {
  const [only] = folder.folders;
  if (only && folder.folders.size === 1 && folder.pictures === 0) {
    const [name, child] = only;
    if (splitOfWord(name) && child.folders.size > 0) return innermostSplit(`${path}${name}/`, child);
  }
  return [path, folder];
}

type Meaning = Pick<Placement, 'className' | 'split'>;

/** Puts what each folder means into `meanings`, keyed by its path with `/` behind every part. */
function nameFolders(
  path: string,
  folder: Folder,
  split: SplitName | null,
  isDrop: boolean,
  meanings: Map<string, Meaning>,
): void {
  meanings.set(path, { className: null, split });
  const inner = split === null ? wrapped(folder, isDrop) : null;
  if (inner) {
    nameFolders(`${path}${inner[0]}/`, inner[1], null, false, meanings);
    return;
  }
  const splits = split === null ? splitFolders(folder) : new Map<string, SplitName>();
  for (const [name, child] of folder.folders) {
    const childPath = `${path}${name}/`;
    const childSplit = splits.get(name);
    if (childSplit) {
      meanings.set(childPath, { className: null, split: childSplit });
      const [innerPath, innerFolder] = innermostSplit(childPath, child);
      nameFolders(innerPath, innerFolder, childSplit, false, meanings);
    } else if (split === null && splitFolders(child).size > 0) {
      nameFolders(childPath, child, null, false, meanings);
    } else {
      meanings.set(childPath, { className: name.normalize('NFC').trim() || null, split });
    }
  }
}

/**
 * Reads class and split of each file from the paths of everything that was dropped at once.
 * @param paths `/` between folders; an archive counts as a folder.
 * @returns one placement a path, in the same order
 */
export function readLayout(paths: readonly string[]): Placement[] {
  const meanings = new Map<string, Meaning>();
  nameFolders('', toTree(paths), null, true, meanings);
  return paths.map((path) => {
    if (isSystemPath(path)) return { className: null, split: null, ignore: true };
    // The deepest folder that means something speaks for all that lies below it.
    const folders = toParts(path).slice(0, -1);
    for (let depth = folders.length; depth >= 0; depth--) {
      const key = folders
        .slice(0, depth)
        .map((name) => `${name}/`)
        .join('');
      const meaning = meanings.get(key);
      if (meaning) return { ...meaning, ignore: false };
    }
    return { className: null, split: null, ignore: false };
  });
}
