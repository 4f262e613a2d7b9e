/** Asking the engine what a picture shows. */

import type { ClassifyResult } from '../domain/classification.ts';
import type { BackboneInfo } from '../domain/model.ts';
import type { Network } from '../network/network.ts';
import type { SerializedError } from '../shared/errors.ts';

/**
 * `imagenet`: the 1,000 classes out of the box. `head`: a trained head over the backbone it was trained on.
 * `loaded`: the head that the last call brought under this id; a webcam does not send 8 MB with each frame.
 */
export type ClassifierRef =
  | { readonly kind: 'imagenet' }
  | {
      readonly kind: 'head';
      readonly id: string;
      readonly head: Network;
      readonly classNames: readonly string[];
      readonly backbone: BackboneInfo;
    }
  | { readonly kind: 'loaded'; readonly id: string };

export type ClassifyOutcome =
  | { readonly index: number; readonly ok: true; readonly result: ClassifyResult }
  | { readonly index: number; readonly ok: false; readonly error: SerializedError };
