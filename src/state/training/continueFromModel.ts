/** The way from a kept model back to training, with that model as the start. */
import { navigate } from '../shell/navigation.ts';
import { changeTrainSettings, nextRunStore } from './nextRun.ts';
import { chooseStartingPoint, settingsFrom } from './startingPoint.ts';

/** Chooses the model, takes over the shape of its head and that its stages learn on, and shows the train view. @throws AppError of the storage */
export async function continueFromModel(id: string): Promise<void> {
  const model = await chooseStartingPoint(id);
  changeTrainSettings(settingsFrom(model, nextRunStore.getState().settings));
  navigate('train');
}
