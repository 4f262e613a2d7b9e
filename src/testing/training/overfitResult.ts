/** What came of a network that was to learn a few pictures by heart; read in Node as well, where no kernel is. */

/** How far it got. */
export interface Overfit {
  readonly id: string;
  readonly steps: number;
  /** Of the ten pictures, in the last step. */
  readonly accuracy: number;
  /** Mean cross-entropy of the last step, in nats. */
  readonly loss: number;
  readonly msPerStep: number;
}

/** Every picture, and not by a hair's breadth. */
export function isLearned({ accuracy, loss }: Pick<Overfit, 'accuracy' | 'loss'>): boolean {
  return accuracy === 1 && loss < 0.1;
}
