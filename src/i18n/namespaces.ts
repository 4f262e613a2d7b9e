/** A language's files by their names: `./en/train.json` holds the words of the namespace `train`. */

export type WordTable = Readonly<Record<string, object>>;

/** @param files path to what the file holds, as `import.meta.glob` gives it */
export function byNamespace(files: Readonly<Record<string, object>>): WordTable {
  return Object.fromEntries(
    Object.entries(files).map(([path, words]) => [path.replace(/^.*\/|\.json$/g, ''), words]),
  );
}
