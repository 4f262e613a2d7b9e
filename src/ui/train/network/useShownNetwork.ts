/** The network of the next run, as far as the page knows it. */
import { useStore } from 'zustand';
import type { NetworkFacts } from '../../../domain/networkFacts.ts';
import type { OwnBackbone } from '../../../domain/ownBackbone.ts';
import { engineStore } from '../../../state/engine/engine.ts';
import { ownBackbonesStore } from '../../../state/engine/ownBackbones.ts';
import { preferencesStore } from '../../../state/shell/preferences.ts';
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
}

export function useShownNetwork(): ShownNetwork {
  const networks = useStore(engineStore, (state) => state.networks);
  const published = useStore(engineStore, (state) => state.published);
  const fromScratch = useStore(nextRunStore, ({ settings }) => settings.fromScratch);
  const backbones = useStore(ownBackbonesStore, (state) => state.backbones);
  const chosen = useStore(preferencesStore, ({ backbone }) => backbone);
  const own = fromScratch ? undefined : backbones.find(({ fingerprint }) => fingerprint === chosen);
  const id = fromScratch?.backboneId ?? own?.backboneId ?? published;
  const facts = networks.find((one) => one.id === id);
  const known = fromScratch?.backboneId ?? own?.backboneId;
  return { title: facts?.title ?? known ?? PUBLISHED_TITLE, isFresh: fromScratch !== null, own, facts };
}
