/** What is counted of one fault: tries, what was lost, the words that the page found for it, and figures. */

/** Said also where nothing is wrong: no answer to a fault. */
const EVERYDAY = [
  /opens without the internet/,
  /^\d[\d,.]* pictures? added/,
  /was added to your models/,
  // What the data set lacks is said whether or not something failed.
  /^(What is still missing|Worth knowing)/,
  /^These pictures are already in their class/,
];

/** Sentences that differ in their figures, names and dates alone are one. */
export function toKind(sentence: string): string {
  return sentence
    .replaceAll(/“[^”]*”/g, '“…”')
    .replaceAll(/\d[\d,.]*\d|\d/g, 'n')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

export class Tally {
  tried = 0;
  /** A line each: what was stored and is not there, or what never ended. */
  readonly losses: string[] = [];
  /** Figures worth a line under the table. */
  readonly notes: string[] = [];
  private readonly said = new Map<string, number>();

  lose(what: string): void {
    this.losses.push(what);
  }

  note(what: string): void {
    this.notes.push(what);
  }

  /** What the page said in one try; every sentence counts once a try. */
  hear(sentences: readonly string[]): void {
    const kinds = new Set(
      sentences.filter((one) => !EVERYDAY.some((pattern) => pattern.test(one))).map(toKind),
    );
    for (const kind of kinds) this.said.set(kind, (this.said.get(kind) ?? 0) + 1);
  }

  /** Each kind of sentence with the number of tries in which it was said, the most frequent first. */
  get words(): readonly { readonly sentence: string; readonly times: number }[] {
    return [...this.said]
      .map(([sentence, times]) => ({ sentence, times }))
      .sort((a, b) => b.times - a.times || a.sentence.localeCompare(b.sentence));
  }
}
