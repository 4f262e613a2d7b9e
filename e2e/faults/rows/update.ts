/** A new version is taken in one tab while another is at work: nothing of that is lost, and every view still opens. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import sirv from 'sirv';
import { type Person, VIEW_NAMES } from '../../pages/person.ts';
import { expectEpoch } from '../../pages/tiny.ts';
import type { Fault, Scene } from '../fault.ts';
import { serveInFront } from '../inFront.ts';
import { listModelIds, waitForEnd } from '../keptModels.ts';
import { findLosses, readKeptPictures, readShownCounts } from '../keptPictures.ts';
import { writeSamples } from '../pictureSets.ts';
import { writeSecondBuild } from '../secondBuild.ts';
import { addDiscs, beginLong, serveTinyApp, type TinyApp } from '../tinyApp.ts';

const LIMIT_MS = 240_000;
const RUN_MS = 90_000;
const NOTICED_MS = 15_000;
/** For a view that shows neither: a result has the name of its model for a title. */
const VIEW_MS = 5000;
const READ_MS = 60_000;
/** A reload that is going to come has come by then. */
const RELOADED_MS = 6000;

type Marked = Window & { isStillHere?: boolean };

interface Versions {
  /** From now on the next version is served, and the first one's files are gone. */
  update(): void;
  back(): void;
}

async function openVersions(scene: Scene): Promise<TinyApp & Versions> {
  const app = await serveTinyApp(scene);
  const next = join(scene.folder, 'next');
  await writeSecondBuild(next);
  const handleNext = sirv(next, { etag: true });
  let isNext = false;
  const server = await serveInFront(app.url, (request, response) => {
    if (!isNext || /\/(weights|samples)\//.test(request.url ?? '')) return false;
    handleNext(request, response, () => void response.writeHead(404).end());
    return true;
  });
  scene.closeLater(server);
  const visitor = await scene.launch(server.url);
  const set = (value: boolean) => () => {
    isNext = value;
  };
  return { ...app, url: server.url, visitor, update: set(true), back: set(false) };
}

/** @param isToLook lets the tab look for a new version. @returns whether it offers one */
async function isOffered({ page, notices }: Person, isToLook: boolean): Promise<boolean> {
  await page.bringToFront();
  if (isToLook) await page.evaluate(async () => (await navigator.serviceWorker.getRegistration())?.update());
  const offer = notices.getByRole('button', { name: /^(Reload|Update)/ });
  return offer.waitFor({ timeout: NOTICED_MS }).then(
    () => true,
    () => false,
  );
}

async function takeUpdate({ page, notices }: Person): Promise<void> {
  await page.bringToFront();
  await notices.getByRole('button', { name: /^(Reload|Update)/ }).click();
}

async function mark({ page }: Person): Promise<void> {
  await page.evaluate(() => {
    (window as Marked).isStillHere = true;
  });
}

/** @throws Error where the tab has been loaded anew since `mark` */
async function expectNotReloaded({ page }: Person): Promise<void> {
  if (!(await page.evaluate(() => (window as Marked).isStillHere === true)))
    throw new Error('the tab at work was reloaded');
}

/** @throws Error with the page's words where a view does not open */
async function expectViews(person: Person): Promise<void> {
  const broken: string[] = [];
  for (const view of VIEW_NAMES) {
    await person.goTo(view);
    const unexpected = person.page.getByRole('alert').filter({ hasText: /unexpected/i });
    // A view's code comes when it is first needed: its own title is there, or words that it cannot be.
    const title = person.page.getByRole('heading', { level: 1, name: view, exact: true });
    await title
      .or(unexpected)
      .first()
      .waitFor({ timeout: VIEW_MS })
      .catch(() => undefined);
    if (await unexpected.first().isVisible()) broken.push(view);
  }
  if (broken.length > 0) throw new Error(`"Something unexpected" in ${broken.join(', ')}`);
}

export const fault: Fault = {
  id: 'update',
  title: 'update under a running job',
  place: 6,
  async run(scene) {
    const { folder, attempt, times } = scene;
    const app = await openVersions(scene);
    const { visitor } = app;
    const samples = await writeSamples(join(folder, 'samples'), () => true);

    const openFirst = async () => {
      app.back();
      const first = await visitor.startAnew(true);
      await first.waitUntilOfflineReady();
      return first;
    };

    /** The first tab sees the new version before the second is opened, which takes it. */
    const openSecond = async (first: Person) => {
      app.update();
      await isOffered(first, true);
      const second = await visitor.openBeside();
      // Where nothing is offered, nothing would be tried.
      if (!(await isOffered(second, false))) throw new Error('no new version was offered');
      // A tab in the background does not paint, and what is not painted cannot be pressed.
      await first.page.bringToFront();
      return second;
    };

    for (let round = 0; round < times(2, 1); round++) {
      await attempt('while another tab trains', visitor, LIMIT_MS, async () => {
        const first = await openFirst();
        await addDiscs(app);
        await beginLong(visitor);
        await expectEpoch(first.page, 3);
        await mark(first);
        const second = await openSecond(first);
        await takeUpdate(second);
        await sleep(RELOADED_MS);
        await expectNotReloaded(first);
        await first.page.bringToFront();
        await expectViews(first);
        await first.goTo('Train');
        const stop = first.main.getByRole('button', { name: /^Stop early and keep/ });
        await stop.click({ timeout: 3000 }).catch(() => undefined);
        const { modelId, words } = await waitForEnd(visitor, RUN_MS);
        if (words !== null) throw new Error(`the run ended with: ${words}`);
        await visitor.turnTo(first);
        await visitor.open();
        if (!(await listModelIds(visitor)).includes(modelId ?? '')) throw new Error('the model is gone');
      });

      await attempt('while another tab reads pictures', visitor, LIMIT_MS, async () => {
        const first = await openFirst();
        const second = await openSecond(first);
        await mark(first);
        await first.addFolder(samples.folder);
        await takeUpdate(second);
        const words = first.notices.getByText(/pictures? added/);
        const isRead = words.waitFor({ timeout: READ_MS }).then(
          () => true,
          () => false,
        );
        await sleep(RELOADED_MS);
        await expectNotReloaded(first);
        if (!(await isRead)) throw new Error('the pictures were not read to their end');
        // The data set is saved a moment after its last change.
        await sleep(2000);
        await visitor.turnTo(first);
        const person = await visitor.open();
        const shown = await readShownCounts(person);
        const losses = findLosses(await readKeptPictures(person.page), shown, samples.classOf, samples.names);
        if (losses.length > 0) throw new Error(losses.join('; '));
      });
    }
  },
};
