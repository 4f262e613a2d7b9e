/** The network of the next run, as far as the page knows it. */
import { useStore } from 'zustand';
import type { NetworkFacts } from '../../../domain/networkFacts.ts';
import { titleOfFresh } from '../../../domain/networkTitle.ts';
import type { OwnBackbone } from '../../../domain/ownBackbone.ts';
import type { FreshNetwork } from '../../../domain/trainSettings.ts';
import type { AppError } from '../../../shared/errors.ts';
import { engineStore } from '../../../state/engine/engine.ts';
import { ownBackbonesStore } from '../../../state/engine/ownBackbones.ts';
import { preferencesStore } from '../../../state/shell/preferences.ts';
import { describedNetworkStore } from '../../../state/training/describedNetwork.ts';
import { nextRunStore } from '../../../state/training/nextRun.ts';

/** Of the weights that come with the app; said before the engine has told. */
const PUBLISHED_TITLE = 'ResNet50';

export interface ShownNetwork {
  readonly title: string;
  /** It begins with random numbers. */
  readonly isFresh: boolean;
  /** Weights that the person brought. */
  readonly own: OwnBackbone | undefined;
  /** undefined before the engine was first ready, and where it cannot be built. */
  readonly facts: NetworkFacts | undefined;
  /** Why it cannot be built. */
  readonly error: AppError | null;
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

/** Whether they are one network, but for sizes. */
function isKin(a: FreshNetwork, b: FreshNetwork): boolean {
  return a.backboneId === b.backboneId && a.definition === b.definition;
}

export function useShownNetwork(): ShownNetwork {
  const networks = useStore(engineStore, (state) => state.networks);
  const published = useStore(engineStore, (state) => state.published);
  const fromScratch = useStore(nextRunStore, ({ settings }) => settings.fromScratch);
  const backbones = useStore(ownBackbonesStore, (state) => state.backbones);
  const chosen = useStore(preferencesStore, ({ backbone }) => backbone);
  const own = fromScratch ? undefined : backbones.find(({ fingerprint }) => fingerprint === chosen);
  const id = fromScratch?.backboneId ?? own?.backboneId ?? published;
  const last = useStore(describedNetworkStore, (state) => state.described);
  // Until another size or other layers are described, what was there before stays.
  const described = fromScratch && last && isKin(fromScratch, last.network) ? last : null;
  const listed = networks.find((one) => one.id === id);
  const facts = described ? (described.facts ?? undefined) : listed;
  const known = own?.backboneId;
  const isFresh = fromScratch !== null;
  const ms = useMsPerPicture(facts);
  const title =
    facts?.title ?? (fromScratch ? titleOfFresh(fromScratch, networks) : known) ?? PUBLISHED_TITLE;
  return { title, isFresh, own, facts, error: described?.error ?? null, msPerPicture: isFresh ? null : ms };
}
