/** What is told of the networks that there are, so that a person can choose one and see what it is. */
import type { ChosenLayers } from '../network/backbones/backbone.ts';

/** What a person chooses a network by. */
export interface NetworkFacts {
  readonly id: string;
  readonly title: string;
  /** Side of the input that it was made for, or that was chosen, and the least, px. */
  readonly inputSizePx: number;
  readonly leastInputPx: number;
  /** Learned numbers, with the top that it was published with. */
  readonly parameters: number;
  /** Multiplications for a picture of `inputSizePx`. */
  readonly multiplyAdds: number;
  /** What it makes of a picture, numbers. */
  readonly featureCount: number;
  /** Those that it has, where a person can choose them; null: they are as its authors have them. */
  readonly layers: ChosenLayers | null;
  /** First to last, for a picture of `inputSizePx`. */
  readonly stages: readonly StageFacts[];
  /** How many of them learn when the last one is to, or the last two: of small networks several work at one resolution. */
  readonly learning: Readonly<Record<1 | 2, number>>;
}

/** A part of a network that works at one resolution. */
export interface StageFacts {
  /** Of what it puts out: `[height, width, channels]`. */
  readonly shape: readonly number[];
  readonly parameters: number;
  readonly multiplyAdds: number;
  /** Numbers that all of its nodes put out for one picture. */
  readonly outputValues: number;
  /** Whether it adds what came in to what it made of it, or lays both side by side. */
  readonly join: 'shortcut' | 'concatenation' | null;
}
