/** Networks that people define in a file: opened for the next run, and one of the list taken out as such a file. */
import { createStore } from 'zustand/vanilla';
import type { NetworkFacts } from '../../domain/networkFacts.ts';
import { DEFINED_NETWORK_ID } from '../../domain/trainSettings.ts';
import { AppError } from '../../shared/errors.ts';
import { engineCall } from '../engine/engine.ts';
import { downloadFile } from '../models/download.ts';
import { chooseNetwork } from './fromScratch.ts';

/** Thousands of nodes; nobody waits for a film to be read as text. */
const MOST_BYTES = 2_000_000;

export interface DefinedNetwork {
  readonly definition: string;
  readonly facts: NetworkFacts;
}

/** The one that was opened last, or that the settings brought along. */
export const definedNetworkStore = createStore<{ readonly opened: DefinedNetwork | null }>()(() => ({
  opened: null,
}));

/** Finds out what a definition is, unless that is known. @throws AppError `networkFileUnreadable`, `modelFileTooLarge` */
export async function describeDefinition(definition: string): Promise<DefinedNetwork> {
  const { opened } = definedNetworkStore.getState();
  if (opened?.definition === definition) return opened;
  const facts = await engineCall('describeNetwork', () => ({ definition }));
  const described = { definition, facts };
  definedNetworkStore.setState({ opened: described });
  return described;
}

/** Opens a file, whose network the next run trains from scratch. @throws as `describeDefinition` */
export async function openNetworkFile(file: Blob): Promise<void> {
  if (file.size > MOST_BYTES) throw new AppError('networkFileUnreadable', { what: `${file.size} bytes` });
  const { definition, facts } = await describeDefinition(await file.text());
  chooseNetwork({ id: DEFINED_NETWORK_ID, inputSizePx: facts.inputSizePx, definition });
}

/** Hands a network of the list to the downloads as a file that defines it: to look at, or to change and open again. */
export async function saveNetworkFile(backboneId: string): Promise<void> {
  const text = await engineCall('networkFile', () => ({ backboneId }));
  downloadFile(new Blob([text], { type: 'application/json' }), `${backboneId}.network.json`);
}
