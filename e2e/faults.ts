/** Injects faults into the built app, in a real Chromium, and tells in a table what was lost. Ends with 1 if anything was. */
import { ensureBuilt } from '../tools/build.ts';
import { ensureChromium } from '../tools/chromium.ts';
import { runMain, say } from '../tools/say.ts';
import type { Fault } from './faults/fault.ts';
import { readFaultOptions } from './faults/faultOptions.ts';
import { countLost, toFaultTable } from './faults/faultTable.ts';
import { loadFaults } from './faults/registry.ts';
import { type Outcome, runFault } from './faults/scene.ts';

/** How many rows run side by side. */
const LANES = 2;

await runMain(async () => {
  const faults = await loadFaults();
  const { seed, only, isQuick, isAsBuilt } = readFaultOptions(
    process.argv.slice(2),
    faults.map(({ id }) => id),
  );
  if (!isAsBuilt) await ensureBuilt();
  const executablePath = await ensureChromium();
  say(`Seed: ${seed}`);
  const startMs = performance.now();
  const outcomes: Outcome[] = [];
  const chosen = faults.filter(({ id }) => only === null || only.includes(id));
  const inLanes = async (rows: readonly Fault[], laneCount: number) => {
    const waiting = [...rows.filter(({ isLong }) => isLong), ...rows.filter(({ isLong }) => !isLong)];
    const lane = async () => {
      for (let fault = waiting.shift(); fault; fault = waiting.shift()) {
        say(`${fault.title} …`);
        const outcome = await runFault(fault, { executablePath, seed, isQuick });
        outcomes.push(outcome);
        const { tried, losses } = outcome.tally;
        say(`${fault.title}: ${tried} tried, ${losses.length} lost, ${Math.round(outcome.seconds)} s`);
      }
    };
    await Promise.all(Array.from({ length: laneCount }, lane));
  };
  // Most of them wait more than they compute.
  await inLanes(
    chosen.filter(({ isAlone }) => !isAlone),
    LANES,
  );
  await inLanes(
    chosen.filter(({ isAlone }) => isAlone),
    1,
  );
  outcomes.sort((a, b) => a.fault.place - b.fault.place);
  say('');
  for (const line of toFaultTable(outcomes)) say(line);
  const minutes = (performance.now() - startMs) / 60_000;
  say(`\nSeed ${seed}, ${minutes.toFixed(1)} minutes, lost: ${countLost(outcomes)}`);
  if (countLost(outcomes) > 0) process.exitCode = 1;
});
