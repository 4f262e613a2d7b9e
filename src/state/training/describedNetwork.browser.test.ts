/** A fault of the engine is not held against the network that it was asked about. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { NetworkFacts } from '../../domain/networkFacts.ts';
import { AppError, type ErrorCode } from '../../shared/errors.ts';
import { watchPageWorkers } from '../../testing/rpc/pageWorkers.ts';
import { describedNetworkStore, describeNetwork } from './describedNetwork.ts';

const NETWORK = { backboneId: 'plain-cnn', inputSizePx: 32 };
const FACTS: NetworkFacts = {
  ...{ id: 'plain-cnn', title: 'Plain CNN', inputSizePx: 32, leastInputPx: 8, parameters: 1 },
  ...{ multiplyAdds: 1, featureCount: 1, layers: null, stages: [], learning: { 1: 1, 2: 1 } },
};
const { engine } = watchPageWorkers();

let askedCount = 0;
function answerWith(code: ErrorCode | null): void {
  Object.assign(engine, {
    async describeNetwork() {
      askedCount += 1;
      if (code) throw new AppError(code);
      return FACTS;
    },
  });
}
const described = () => describedNetworkStore.getState().described;

beforeEach(() => {
  describedNetworkStore.setState({ described: null });
  askedCount = 0;
});

describe('a network that is asked for again', () => {
  it.each<ErrorCode>(['outOfMemory', 'unexpected'])(
    'is asked anew after %s, which is the engine’s',
    async (code) => {
      answerWith(code);
      await describeNetwork(NETWORK);
      expect(described()).toMatchObject({ facts: null, error: { code } });
      answerWith(null);
      await describeNetwork(NETWORK);
      expect(described()).toMatchObject({ facts: FACTS, error: null });
    },
  );

  it.each([null, 'networkTooLarge', 'networkTooDeep'] as const)(
    'is known already where the answer was its own: %s',
    async (code) => {
      answerWith(code);
      await describeNetwork(NETWORK);
      await describeNetwork(NETWORK);
      expect(askedCount).toBe(1);
    },
  );
});
