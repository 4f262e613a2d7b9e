/** The clock is set back or forward between runs and in their middle: all models are there, and the resume is the newest. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from '@playwright/test';
import { expectEpoch } from '../../pages/tiny.ts';
import type { Fault } from '../fault.ts';
import { checkAnswers, listModelIds, openResult, waitForEnd } from '../keptModels.ts';
import { addDiscs, beginLong, beginQuick, openTinyApp } from '../tinyApp.ts';
import type { Visitor } from '../visitor.ts';

const LIMIT_MS = 240_000;
const RUN_MS = 90_000;
const OFFER_MS = 8000;
/** Checkpoints are written every three seconds. */
const KEPT_MS = 5000;
const DAY_MS = 86_400_000;
const SHIFTS: readonly (readonly [name: string, shiftMs: number])[] = [
  ['set back by 400 days', -400 * DAY_MS],
  ['set back by an hour', -3_600_000],
  ['set forward by 400 days', 400 * DAY_MS],
];

type Shifting = typeof globalThis & { clockShiftMs?: number };

/** Runs in the page and in its workers: their `Date` goes wrong by so much. What measures durations does not. */
function shiftClock(shiftMs: number): void {
  const scope = globalThis as Shifting;
  const isNew = scope.clockShiftMs === undefined;
  scope.clockShiftMs = shiftMs;
  if (!isNew) return;
  const Real = Date;
  const nowMs = () => Real.now() + (scope.clockShiftMs ?? 0);
  scope.Date = new Proxy(Real, {
    construct: (target, args) => Reflect.construct(target, args.length === 0 ? [nowMs()] : args),
    get: (target, key) => (key === 'now' ? nowMs : Reflect.get(target, key)),
  });
}

/** A page or a worker. */
interface Place {
  evaluate(inPlace: (shiftMs: number) => void, shiftMs: number): Promise<void>;
}

/** Sets the clock of every tab and worker that there is or will be. */
class Clock {
  private shiftMs = 0;
  private readonly known = new WeakSet<Page>();

  constructor(private readonly visitor: Visitor) {
    visitor.context.on('page', (page) => this.watch(page));
  }

  private apply(place: Place): Promise<void> {
    // One that has just ended needs no clock.
    return place.evaluate(shiftClock, this.shiftMs).catch(() => undefined);
  }

  private watch(page: Page): void {
    if (this.known.has(page)) return;
    this.known.add(page);
    page.on('worker', (worker) => void this.apply(worker));
    page.on('domcontentloaded', () => void this.apply(page));
  }

  async set(shiftMs: number): Promise<void> {
    this.shiftMs = shiftMs;
    const { page } = this.visitor;
    this.watch(page);
    await Promise.all([this.apply(page), ...page.workers().map((worker) => this.apply(worker))]);
  }
}

async function trainOnce(visitor: Visitor): Promise<string> {
  await beginQuick(visitor, 3);
  const { modelId, words } = await waitForEnd(visitor, RUN_MS);
  if (modelId === null) throw new Error(`the run ended with: ${words}`);
  return modelId;
}

async function expectModels(visitor: Visitor, ids: readonly string[], picture: string): Promise<void> {
  await visitor.open();
  const listed = await listModelIds(visitor);
  const gone = ids.filter((id) => !listed.includes(id));
  if (gone.length > 0) throw new Error(`${gone.length} of ${ids.length} models are gone`);
  for (const id of ids) {
    await openResult(visitor, id);
    await checkAnswers(visitor, id, picture);
  }
}

export const fault: Fault = {
  id: 'clock',
  title: 'a clock set back',
  place: 8,
  async run(scene) {
    const { attempt, tally, times } = scene;
    const app = await openTinyApp(scene);
    const { visitor, picture } = app;
    await visitor.open();
    const clock = new Clock(visitor);
    for (const [name, shiftMs] of SHIFTS.slice(0, times(SHIFTS.length, 1))) {
      await attempt(`${name} between two runs`, visitor, LIMIT_MS, async () => {
        await visitor.startAnew();
        await clock.set(0);
        await addDiscs(app);
        const first = await trainOnce(visitor);
        await clock.set(shiftMs);
        const second = await trainOnce(visitor);
        await expectModels(visitor, [first, second], picture);
      });

      await attempt(`${name} in the middle of a run that is cut off`, visitor, LIMIT_MS, async () => {
        await visitor.startAnew();
        await clock.set(0);
        await addDiscs(app);
        const before = await trainOnce(visitor);
        await beginLong(visitor);
        await expectEpoch(visitor.page, 3);
        await clock.set(shiftMs);
        await sleep(KEPT_MS);
        await visitor.kill();
        const { main } = await visitor.open('./#/train');
        const offer = main.getByRole('region', { name: 'A training was interrupted' });
        await offer.getByRole('button', { name: 'Go on', exact: true }).click({ timeout: OFFER_MS });
        const stop = main.getByRole('button', { name: /^Stop early and keep/ });
        await expectEpoch(visitor.page, 3);
        await stop.click();
        const { modelId, words } = await waitForEnd(visitor, RUN_MS);
        if (modelId === null) throw new Error(`the run that goes on ended with: ${words}`);
        await clock.set(0);
        await expectModels(visitor, [before, modelId], picture);
      });
    }
    tally.note('by `Date` in every page and dedicated worker; what measures durations is left alone');
  },
};
