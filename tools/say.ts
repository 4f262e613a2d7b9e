/** One voice for all set-up programs, and one way to end them: words for a person, no stack trace for what is not a bug. */

/** A failure the person can mend; its message says how. */
export class SetupError extends Error {
  override readonly name = 'SetupError';
}

export function say(line: string): void {
  console.log(line);
}

export function toMegabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

/** Runs a program's main function; ends the process with 1 and the message if it fails. */
export async function runMain(main: () => Promise<void>): Promise<void> {
  try {
    await main();
  } catch (error) {
    console.error(error instanceof SetupError ? `\n${error.message}` : error);
    process.exitCode = 1;
  }
}
