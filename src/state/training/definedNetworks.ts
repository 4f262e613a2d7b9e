/** Networks that people define in a file: opened for the next run, and one of the list taken out as such a file. */
import { DEFINED_NETWORK_ID, type FreshNetwork } from '../../domain/trainSettings.ts';
import { AppError } from '../../shared/errors.ts';
import { engineCall } from '../engine/engine.ts';
import { downloadFile } from '../models/download.ts';
import { chooseNetwork } from './fromScratch.ts';

/** Thousands of nodes; nobody waits for a film to be read as text. */
const MOST_BYTES = 2_000_000;

/** Opens a file, whose network the next run trains from scratch. @throws AppError `networkFileUnreadable`, `networkTooLarge` */
export async function openNetworkFile(file: Blob): Promise<void> {
  if (file.size > MOST_BYTES) throw new AppError('networkFileUnreadable', { what: `${file.size} bytes` });
  const definition = await file.text();
  const { inputSizePx } = await engineCall('describeDefinition', () => ({ definition }), { part: 'bare' });
  chooseNetwork({ id: DEFINED_NETWORK_ID, inputSizePx, definition });
}

/**
 * Hands a network of the list to the downloads as a file that defines it: to look at, or to change and open again.
 * @throws AppError `networkTooDeep`, `networkTooLarge`
 */
export async function saveNetworkFile(network: FreshNetwork): Promise<void> {
  const text = await engineCall('networkFile', () => ({ network }), { part: 'bare' });
  downloadFile(new Blob([text], { type: 'application/json' }), `${network.backboneId}.network.json`);
}
