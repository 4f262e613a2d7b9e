/** The way from a kept model back to training, with that model as the start. */
import { navigate } from '../shell/navigation.ts';
import { chooseStartingPoint, settingsFrom } from './startingPoint.ts';
import { changeTrainSettings, trainingStore } from './training.ts';

/** Chooses the model, takes over the shape of its head and that its stages learn on, and shows the train view. @throws AppError of the storage */
export async function continueTraining(id: string): Promise<void> {
  const model = await chooseStartingPoint(id);
  changeTrainSettings(settingsFrom(model, trainingStore.getState().settings));
  navigate('train');
}
