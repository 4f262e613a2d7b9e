/** Endings of the names of data sets: what the page can tell of a file before a worker has looked inside. */

/** Only the endings are taken from each file: its reader stays out of the page, since packages load when one is opened. */
const ENDINGS: readonly string[] = Object.values(
  import.meta.glob<readonly string[]>(['./formats/*.ts', '!./formats/*.test.ts'], {
    import: 'endings',
    eager: true,
  }),
)
  .flat()
  .sort((a, b) => b.length - a.length);

/** `train-00003-of-00128`: one of the parts that large sets are cut into, whatever stands before it. */
const SHARD = /-\d{5}-of-\d{5}$/;

export function hasDatasetEnding(name: string): boolean {
  return SHARD.test(name) || endingOf(name) !== undefined;
}

/** `cats.zip` speaks as a folder `cats` would. Endings without a dot stay: folders have such names, too. */
export function withoutDatasetEnding(name: string): string {
  const ending = endingOf(name);
  return ending?.startsWith('.') ? name.slice(0, name.length - ending.length) : name;
}

function endingOf(name: string): string | undefined {
  const lowerCase = name.toLowerCase();
  return ENDINGS.find((ending) => lowerCase.endsWith(ending));
}
