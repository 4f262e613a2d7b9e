/** What a row of the fault table is, and what it gets to work with. */
import type { Random } from '../../src/shared/random.ts';
import type { Tally } from './tally.ts';
import type { Visitor } from './visitor.ts';

export interface Fault {
  /** For `--only`. */
  readonly id: string;
  readonly title: string;
  /** In the table, from above. */
  readonly place: number;
  /** One of the longest: it starts first, so that no lane waits for it at the end. */
  readonly isLong?: true;
  /** Measures times or memory: nothing else runs beside it. */
  readonly isAlone?: true;
  readonly run: (scene: Scene) => Promise<void>;
}

export interface Scene {
  readonly tally: Tally;
  /** Of this row alone: the same seed gives the same choices, whichever other rows run. */
  readonly random: Random;
  /** An empty folder, removed afterwards. */
  readonly folder: string;
  /** How often: `full`, or `few` with `--quick`. */
  readonly times: (full: number, few: number) => number;
  /** Opens a browser with an empty profile; it is closed after the row. */
  readonly launch: (url: string, flags?: readonly string[]) => Promise<Visitor>;
  /** Closed after the row. */
  readonly closeLater: (server: { close(): Promise<void> }) => void;
  /**
   * One try: counted, and lost where `work` throws or does not end within `limitMs`; the tab is killed then.
   * What the page said meanwhile is heard.
   */
  readonly attempt: (
    name: string,
    visitor: Visitor,
    limitMs: number,
    work: () => Promise<void>,
  ) => Promise<boolean>;
}
