/** The app on the tiny network with a few drawn pictures, for faults in the middle of a run. */
import { join } from 'node:path';
import { DISC_COUNT, setThorough, writeDiscs } from '../pages/tiny.ts';
import { serveTinyNetwork } from '../pages/tinyNetwork.ts';
import type { Scene } from './fault.ts';
import type { Visitor } from './visitor.ts';

export interface TinyServer {
  readonly url: string;
  /** Folder of the pictures, one sub-folder a class. */
  readonly discs: string;
  /** One of them, to classify. */
  readonly picture: string;
}

export interface TinyApp extends TinyServer {
  readonly visitor: Visitor;
}

export async function serveTinyApp(scene: Scene): Promise<TinyServer> {
  const server = await serveTinyNetwork();
  scene.closeLater(server);
  const discs = await writeDiscs(join(scene.folder, 'discs'));
  return { url: server.url, discs, picture: join(discs, 'purple', 'purple-3.svg') };
}

/** Serves it and opens a browser; nothing is added yet. */
export async function openTinyApp(scene: Scene, flags: readonly string[] = []): Promise<TinyApp> {
  const server = await serveTinyApp(scene);
  return { ...server, visitor: await scene.launch(server.url, flags) };
}

export async function addDiscs({ visitor, discs }: TinyApp): Promise<void> {
  await visitor.person.addFolder(discs);
  await visitor.person.expectAdded(DISC_COUNT);
}

/** Sets a short thorough run and begins it. */
export async function beginThorough(
  visitor: Visitor,
  headEpochs: number,
  fineTuneEpochs: number,
): Promise<void> {
  await visitor.goTo('Train');
  await setThorough(visitor.person, { headEpochs, fineTuneEpochs, fineTuneRate: 0.0003 });
  await visitor.person.pressTrain();
}

async function beginHead(visitor: Visitor, settings: Readonly<Record<string, number>>): Promise<void> {
  await visitor.goTo('Train');
  await visitor.person.choosePreset('head');
  await visitor.person.setAdvanced(settings, false);
  await visitor.person.pressTrain();
}

/** Sets a run of the head alone and begins it. */
export function beginQuick(visitor: Visitor, epochs: number): Promise<void> {
  return beginHead(visitor, { 'Size of the hidden layer (units)': 32, 'Rounds at most (epochs)': epochs });
}

/** The same, so that it goes on for half a minute or more on any machine. */
export function beginLong(visitor: Visitor): Promise<void> {
  return beginHead(visitor, {
    'Size of the hidden layer (units)': 2048,
    'Pictures at a time (batch size)': 1,
    'Rounds at most (epochs)': 1000,
  });
}
