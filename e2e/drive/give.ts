/** Gives the app pictures from the disk, however many, and reads what it made of them. */
import { stat } from 'node:fs/promises';
import { SetupError } from '../../tools/say.ts';
import { answerDialog, waitPatiently } from '../pages/patience.ts';
import type { Person } from '../pages/person.ts';
import { type DatasetReading, readDataset } from '../pages/readings.ts';

/** Nothing moving for so long means that there was nothing to read, even on a machine that is busy with other things. */
const QUIET_MS = 60_000;

/** @throws SetupError where there is nothing */
export async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    throw new SetupError(`There is no ${path}`);
  }
}

/** On the pictures view. @param images a folder or an archive. @throws SetupError with the app's words */
export async function giveImages(person: Person, images: string): Promise<DatasetReading> {
  const { page, main, notices } = person;
  const button = (await isFolder(images)) ? 'Choose a folder' : 'Choose files';
  await answerDialog(page, main.getByRole('button', { name: button, exact: true }), images);
  // The last words about the files that came: whatever else is said meanwhile, these have one of these in them.
  const words = notices.getByText(/added|already (there|in their class)|left out/).last();
  let quietSinceMs = performance.now();
  // Files that nobody would call pictures or miss, like .DS_Store, are left out without a word.
  const isOver = async () => {
    if (await words.isVisible()) return true;
    if (await main.getByRole('progressbar').first().isVisible()) quietSinceMs = performance.now();
    return performance.now() - quietSinceMs > QUIET_MS;
  };
  await waitPatiently(page, isOver);
  return readDataset(page, (await words.isVisible()) ? await words.innerText() : '');
}
