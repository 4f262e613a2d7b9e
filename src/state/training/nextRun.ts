/** What the next run will be: the settings as the person leaves them. A run that is going has a copy of its own. */
import { createStore } from 'zustand/vanilla';
import { DEFAULT_TRAIN_SETTINGS, type TrainSettings } from '../../domain/trainSettings.ts';

export interface NextRun {
  readonly settings: TrainSettings;
}

export const nextRunStore = createStore<NextRun>()(() => ({ settings: DEFAULT_TRAIN_SETTINGS }));

export function changeTrainSettings(change: Partial<TrainSettings>): void {
  nextRunStore.setState(({ settings }) => ({ settings: { ...settings, ...change } }));
}

/** All but augmentation and fine-tuning, which have panels of their own. */
export function resetTrainSettings(): void {
  const { augmentation, fineTune } = nextRunStore.getState().settings;
  nextRunStore.setState({ settings: { ...DEFAULT_TRAIN_SETTINGS, augmentation, fineTune } });
}
