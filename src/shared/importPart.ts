/** Parts of the app that are loaded when they are needed: one that is gone from the host is told by its name. */
import { AppError } from './errors.ts';

/** Awaits a dynamic import in a worker; the page hears of its own by an event of the build. @throws AppError partMissing */
export async function importPart<Part>(load: () => Promise<Part>): Promise<Part> {
  try {
    return await load();
  } catch (thrown) {
    throw new AppError('partMissing', {}, { cause: thrown });
  }
}
