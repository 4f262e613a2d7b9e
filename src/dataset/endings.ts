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

export function hasDatasetEnding(name: string): boolean {
  return endingOf(name) !== undefined;
}

/** `cats.zip` speaks as a folder `cats` would. */
export function withoutDatasetEnding(name: string): string {
  return name.slice(0, name.length - (endingOf(name)?.length ?? 0));
}

function endingOf(name: string): string | undefined {
  const lowerCase = name.toLowerCase();
  return ENDINGS.find((ending) => lowerCase.endsWith(ending));
}
