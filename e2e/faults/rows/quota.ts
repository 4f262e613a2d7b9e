/** The browser has no more room at each kind of write; then room is made, and the work goes on in the same tab. */
import { setTimeout as sleep } from 'node:timers/promises';
import { noticeLackOfRoom } from '../../pages/room.ts';
import { DISC_COUNT, expectEpoch } from '../../pages/tiny.ts';
import type { Fault, Scene } from '../fault.ts';
import { listModelIds, openResult, waitForEnd, waitForNextEnd } from '../keptModels.ts';
import { findLosses, readKeptPictures, readShownCounts } from '../keptPictures.ts';
import { addDiscs, beginLong, beginQuick, openTinyApp, type TinyApp } from '../tinyApp.ts';
import type { Visitor } from '../visitor.ts';

const LIMIT_MS = 240_000;
const RUN_MS = 90_000;
/** The app, its weights and the pictures fit in; not much more. */
const ROOM_BYTES = 60_000_000;
/** How long after room was made everything must be there. */
const CAUGHT_UP_MS = 30_000;
/** Longer than any write waits for its turn. */
const WRITTEN_MS = 4000;

interface Room {
  /** From now on nothing fits in. */
  fill(): Promise<void>;
  /** Nothing fits into the caches; IndexedDB has what it last heard of. */
  fillCaches(): Promise<void>;
  free(): Promise<void>;
}

async function openRoom(visitor: Visitor): Promise<Room> {
  const setRoom = await visitor.openInRoom(ROOM_BYTES);
  return {
    async fill() {
      await setRoom(1);
      await noticeLackOfRoom(visitor.page, 1.2 * ROOM_BYTES);
    },
    fillCaches: () => setRoom(1),
    free: () => setRoom(null),
  };
}

/** Presses what the page offers for saving once more, where it does, until `isThere`. */
async function catchUp(visitor: Visitor, isThere: () => Promise<boolean>): Promise<void> {
  const endMs = performance.now() + CAUGHT_UP_MS;
  const { page } = visitor;
  const offer = page.getByRole('button', {
    name: /^(Save|Keep|Try)\b.*(again|now|once more|saving)|^Save again$/i,
  });
  while (!(await isThere())) {
    if (performance.now() > endMs)
      throw new Error(`${CAUGHT_UP_MS / 1000} s after room was made it is still not saved`);
    if (await offer.first().isVisible())
      await offer
        .first()
        .click({ timeout: 2000 })
        .catch(() => undefined);
    await sleep(500);
  }
}

async function expectKept(visitor: Visitor, count: number): Promise<void> {
  await catchUp(visitor, async () => {
    const kept = await readKeptPictures(visitor.page, 'keys');
    return kept.filter(({ sizeBytes }) => sizeBytes !== null).length === count;
  });
}

async function addAndKeep(app: TinyApp): Promise<void> {
  await addDiscs(app);
  await expectKept(app.visitor, DISC_COUNT);
}

async function checkModelKept(visitor: Visitor, modelId: string | null): Promise<void> {
  if (modelId === null) throw new Error('the run came to no model');
  await visitor.open();
  if (!(await listModelIds(visitor)).includes(modelId))
    throw new Error('the model is not there after a reload');
  await openResult(visitor, modelId);
}

type Kind = (app: TinyApp, room: Room, scene: Scene) => Promise<void>;

const KINDS: Readonly<Record<string, Kind>> = {
  async 'bytes of pictures'({ visitor, discs }, room) {
    await room.fill();
    await visitor.person.addFolder(discs);
    await visitor.person.expectAdded(DISC_COUNT);
    await sleep(WRITTEN_MS);
    await room.free();
    await expectKept(visitor, DISC_COUNT);
    const person = await visitor.open();
    const shown = await readShownCounts(person);
    // The discs are drawn, so that their bytes are not the file's.
    const losses = findLosses(
      await readKeptPictures(person.page),
      shown,
      (name) => name.split('-')[0] ?? null,
    );
    if (losses.length > 0) throw new Error(losses.join('; '));
  },

  async 'record of the data set'(app, room) {
    const { visitor } = app;
    const { person, page } = visitor;
    await addAndKeep(app);
    await room.fill();
    await page.getByRole('button', { name: 'green – rename' }).click();
    await page.getByRole('textbox', { name: 'Name of the class' }).fill('leaves');
    await page.keyboard.press('Enter');
    await person.main.getByRole('button', { name: 'leaves – rename' }).waitFor();
    await sleep(WRITTEN_MS);
    await room.free();
    await catchUp(visitor, async () =>
      (await readKeptPictures(page, 'keys')).some(({ className }) => className === 'leaves'),
    );
    const shown = await readShownCounts(await visitor.open());
    if (!('leaves' in shown))
      throw new Error(`after a reload the classes are ${Object.keys(shown).join(', ')}`);
  },

  async features(app, room) {
    const { visitor } = app;
    await addAndKeep(app);
    await room.fill();
    await beginQuick(visitor, 3);
    const first = await waitForEnd(visitor, RUN_MS);
    await room.free();
    // Where the run did without room for features, its model found none: it waits.
    const waiting = visitor.person.main.getByRole('button', { name: 'Save again' });
    if (first.modelId === null) {
      if (await waiting.isVisible()) await waiting.click();
      else await visitor.person.pressTrain();
    }
    const { modelId, words } = first.modelId === null ? await waitForNextEnd(visitor, RUN_MS) : first;
    if (words !== null) throw new Error(`after room was made the run ended with: ${words}`);
    await checkModelKept(visitor, modelId);
  },

  async checkpoint(app, room) {
    const { visitor } = app;
    await addAndKeep(app);
    await beginLong(visitor);
    await expectEpoch(visitor.page, 5);
    await room.fill();
    await sleep(WRITTEN_MS);
    await room.free();
    await visitor.person.main
      .getByRole('button', { name: /^Stop early and keep/ })
      .click({ timeout: 3000 })
      .catch(() => undefined);
    const { modelId, words } = await waitForEnd(visitor, RUN_MS);
    if (words !== null) throw new Error(`the run ended with: ${words}`);
    await checkModelKept(visitor, modelId);
  },

  async model(app, room) {
    const { visitor } = app;
    await addAndKeep(app);
    await beginLong(visitor);
    await expectEpoch(visitor.page, 5);
    await room.fill();
    await visitor.person.main.getByRole('button', { name: /^Stop early and keep/ }).click();
    const { words } = await waitForEnd(visitor, RUN_MS);
    if (words === null) throw new Error('a model was shown as kept where there was no room for it');
    await room.free();
    await visitor.person.main.getByRole('button', { name: 'Save again' }).click();
    const { modelId } = await waitForNextEnd(visitor, RUN_MS);
    await checkModelKept(visitor, modelId);
  },

  async 'record of a run'(app, room, { tally }) {
    const { visitor } = app;
    const { main, notices } = visitor.person;
    await addAndKeep(app);
    await beginLong(visitor);
    await expectEpoch(visitor.page, 5);
    await room.fill();
    await main.getByRole('button', { name: 'Cancel', exact: true }).click();
    await main.getByRole('button', { name: /^Train( again)?$/ }).waitFor();
    await sleep(WRITTEN_MS);
    const isSaid = /room|space|saved|kept/i.test(
      (await notices.allInnerTexts()).join(' ') + (await visitor.words()).join(' '),
    );
    await room.free();
    await visitor.open();
    await visitor.goTo('Runs');
    const isListed = await visitor.person.main.getByRole('table').first().isVisible();
    tally.note(
      `the record of a cancelled run ${isListed ? 'is there' : `is not there, which was ${isSaid ? '' : 'not '}said`}`,
    );
    if (!isListed && !isSaid) throw new Error('the record of a run is gone without a word');
  },

  async 'cache of the weights'(app, room) {
    const { visitor } = app;
    await addAndKeep(app);
    await room.fillCaches();
    await beginQuick(visitor, 3);
    const { modelId, words } = await waitForEnd(visitor, RUN_MS);
    if (words !== null) throw new Error(`the run ended with: ${words}`);
    await checkModelKept(visitor, modelId);
  },
};

export const fault: Fault = {
  id: 'quota',
  title: 'quota full at each kind of write',
  place: 4,
  async run(scene) {
    const app = await openTinyApp(scene);
    const { visitor } = app;
    for (const [name, work] of Object.entries(KINDS)) {
      await scene.attempt(`no room for: ${name}`, visitor, LIMIT_MS, async () =>
        work(app, await openRoom(visitor), scene),
      );
    }
  },
};
