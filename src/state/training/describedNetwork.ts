/** What the network that the next run begins with is, at the size and with the layers that are chosen: told by the engine. */
import { createStore } from 'zustand/vanilla';
import type { NetworkFacts } from '../../domain/networkFacts.ts';
import type { FreshNetwork } from '../../domain/trainSettings.ts';
import { type AppError, type ErrorCode, toAppError } from '../../shared/errors.ts';
import { engineCall } from '../engine/engine.ts';

export interface DescribedNetwork {
  readonly network: FreshNetwork;
  /** null: it cannot be built, and `error` says why. */
  readonly facts: NetworkFacts | null;
  readonly error: AppError | null;
}

/** The one that was described last. */
export const describedNetworkStore = createStore<{ readonly described: DescribedNetwork | null }>()(() => ({
  described: null,
}));

/** All that makes one network another. */
function keyOf({ backboneId, inputSizePx, definition, layers }: FreshNetwork): string {
  return JSON.stringify([backboneId, inputSizePx, definition, layers?.filters, layers?.denseUnits]);
}

/** Of the network itself: asked once more, the answer would be the same. Others are of the engine, which may recover. */
const OF_NETWORK: readonly ErrorCode[] = [
  ...(['networkUnknown', 'networkTooDeep', 'networkTooLarge', 'networkFileUnreadable'] as const),
];

function isAnswer({ error }: DescribedNetwork): boolean {
  return error === null || OF_NETWORK.includes(error.code);
}

let asked: string | null = null;

/** Finds out what a network is, unless that is known; of several that are asked for one upon the other the last one stays. */
export async function describeNetwork(network: FreshNetwork): Promise<void> {
  const key = keyOf(network);
  asked = key;
  const { described } = describedNetworkStore.getState();
  if (described && isAnswer(described) && keyOf(described.network) === key) return;
  const answer = await engineCall('describeNetwork', () => ({ network }), { part: 'bare' }).then(
    (facts) => ({ facts, error: null }),
    (thrown: unknown) => ({ facts: null, error: toAppError(thrown) }),
  );
  if (asked === key) describedNetworkStore.setState({ described: { network, ...answer } });
}
