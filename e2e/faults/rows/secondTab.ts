/** A second tab takes pictures while the first one keeps the set; then the first one ends. Both tabs' pictures are there. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { serveDist } from '../../../tools/serve.ts';
import type { Person } from '../../pages/person.ts';
import type { Fault } from '../fault.ts';
import { findLosses, readKeptPictures, readShownCounts } from '../keptPictures.ts';
import { type PictureSet, writeSamples } from '../pictureSets.ts';
import type { Visitor } from '../visitor.ts';

const LIMIT_MS = 120_000;
/** How long a tab may take to take over by itself. */
const HANDED_OVER_MS = 20_000;

/** Presses what the page offers for keeping the pictures in this tab, where it does. */
async function acceptOffer({ page }: Person): Promise<void> {
  const offer = page.getByRole('button', { name: /\b(here|this tab|take over|keep|save)\b/i });
  const messages = page.getByRole('region', { name: 'Messages' }).getByRole('button', { name: /./ });
  const wanted = offer.and(messages).first();
  if (await wanted.isVisible()) await wanted.click({ timeout: 2000 }).catch(() => undefined);
}

async function expectAll(visitor: Visitor, sets: readonly PictureSet[]): Promise<void> {
  const names = sets.flatMap((set) => set.names);
  const endMs = performance.now() + HANDED_OVER_MS;
  const isThere = async () => {
    const kept = new Set((await readKeptPictures(visitor.page, 'keys')).map(({ name }) => name));
    return names.every((name) => kept.has(name));
  };
  while (!(await isThere()) && performance.now() < endMs) {
    await acceptOffer(visitor.person);
    await sleep(500);
  }
  await visitor.open();
  const shown = await readShownCounts(visitor.person);
  const classOf = (name: string) => sets.map((set) => set.classOf(name)).find((one) => one !== null) ?? null;
  const losses = findLosses(await readKeptPictures(visitor.page), shown, classOf, names);
  if (losses.length > 0) throw new Error(losses.join('; '));
}

/** How the first tab ends. */
const ENDS: Readonly<Record<string, (first: Person) => Promise<void>>> = {
  'is closed': ({ page }) => page.close(),
  'is reloaded': async ({ page }) => void (await page.reload()),
  crashes: async ({ page }) => {
    const session = await page.context().newCDPSession(page);
    // It never answers: there is nobody left to.
    session.send('Page.crash').catch(() => undefined);
    await page.waitForEvent('crash');
  },
};

export const fault: Fault = {
  id: 'second-tab',
  title: 'second tab',
  place: 5,
  async run({ folder, times, launch, closeLater, attempt, tally }) {
    const inFirst = await writeSamples(join(folder, 'first'), (_path, index) => index % 8 === 0);
    const inSecond = await writeSamples(join(folder, 'second'), (_path, index) => index % 8 === 4);
    const app = await serveDist({ port: 0 });
    closeLater(app);
    const visitor = await launch(app.url);
    for (let round = 0; round < times(2, 1); round++) {
      for (const [name, end] of Object.entries(ENDS)) {
        await attempt(`the first tab ${name}`, visitor, LIMIT_MS, async () => {
          const first = await visitor.startAnew();
          await first.addFolder(inFirst.folder);
          await first.expectAdded(inFirst.names.length);
          const second = await visitor.openBeside();
          // Longer than it waits for the first one to let go.
          await sleep(2500);
          await acceptOffer(second);
          await second.addFolder(inSecond.folder);
          await second.expectAdded(inSecond.names.length);
          await end(first);
          tally.hear(await visitor.words(second));
          await visitor.turnTo(second);
          await expectAll(visitor, [inFirst, inSecond]);
        });
      }
    }
  },
};
