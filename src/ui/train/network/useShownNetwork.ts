/** The network of the next run, as far as the page knows it. */
import { useStore } from 'zustand';
import type { NetworkFacts } from '../../../domain/networkFacts.ts';
import type { OwnBackbone } from '../../../domain/ownBackbone.ts';
import { engineStore } from '../../../state/engine/engine.ts';
import { ownBackbonesStore } from '../../../state/engine/ownBackbones.ts';
import { preferencesStore } from '../../../state/shell/preferences.ts';
import { definedNetworkStore } from '../../../state/training/definedNetworks.ts';
import { nextRunStore } from '../../../state/training/nextRun.ts';

/** Of the weights that come with the app; said before the engine has told. */
const PUBLISHED_TITLE = 'ResNet50';

export interface ShownNetwork {
  readonly title: string;
  /** It begins with random numbers. */
  readonly isFresh: boolean;
  /** Weights that the person brought. */
  readonly own: OwnBackbone | undefined;
  /** undefined before the engine was first ready. */
  readonly facts: NetworkFacts | undefined;
  /** Through the network up to its features, all workers together; null where it is not known, or from scratch. */
  readonly msPerPicture: number | null;
}

/** What was measured here is told for the published network: others take as long as they multiply more. */
function useMsPerPicture(facts: NetworkFacts | undefined): number | null {
  const report = useStore(engineStore, (state) => state.report);
  const measured = useStore(engineStore, ({ networks, published }) =>
    networks.find(({ id }) => id === published),
  );
  const ms = report?.candidates.find(({ name }) => name === report.chosen)?.estimatedMsPerPicture;
  if (ms === undefined || ms === null) return null;
  return facts && measured ? (ms * facts.multiplyAdds) / measured.multiplyAdds : ms;
}

export function useShownNetwork(): ShownNetwork {
  const networks = useStore(engineStore, (state) => state.networks);
  const published = useStore(engineStore, (state) => state.published);
  const fromScratch = useStore(nextRunStore, ({ settings }) => settings.fromScratch);
  const backbones = useStore(ownBackbonesStore, (state) => state.backbones);
  const chosen = useStore(preferencesStore, ({ backbone }) => backbone);
  const own = fromScratch ? undefined : backbones.find(({ fingerprint }) => fingerprint === chosen);
  const id = fromScratch?.backboneId ?? own?.backboneId ?? published;
  const opened = useStore(definedNetworkStore, (state) => state.opened);
  const isDefined = fromScratch?.definition !== undefined;
  const defined = opened?.definition === fromScratch?.definition ? opened?.facts : undefined;
  const facts = isDefined ? defined : networks.find((one) => one.id === id);
  const known = fromScratch?.backboneId ?? own?.backboneId;
  const isFresh = fromScratch !== null;
  const ms = useMsPerPicture(facts);
  const title = facts?.title ?? known ?? PUBLISHED_TITLE;
  return { title, isFresh, own, facts, msPerPicture: isFresh ? null : ms };
}
