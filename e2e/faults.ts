/** Injects faults into the built app, in a real Chromium, and tells in a table what was lost. Ends with 1 if anything was. */
import { ensureBuilt } from '../tools/build.ts';
import { ensureChromium } from '../tools/chromium.ts';
import { runMain, say } from '../tools/say.ts';
import { readFaultOptions } from './faults/faultOptions.ts';
import { countLost, toFaultTable } from './faults/faultTable.ts';
import { loadFaults } from './faults/registry.ts';
import { type Outcome, runFault } from './faults/scene.ts';

await runMain(async () => {
  const faults = await loadFaults();
  const { seed, only, isQuick, isAsBuilt } = readFaultOptions(
    process.argv.slice(2),
    faults.map(({ id }) => id),
  );
  if (!isAsBuilt) await ensureBuilt();
  const executablePath = await ensureChromium();
  say(`Seed: ${seed}`);
  const outcomes: Outcome[] = [];
  // One after the other: what computes wants both cores, and so does what is measured.
  for (const fault of faults.filter(({ id }) => only === null || only.includes(id))) {
    say(`${fault.title} …`);
    const outcome = await runFault(fault, { executablePath, seed, isQuick });
    outcomes.push(outcome);
    const { tried, losses } = outcome.tally;
    say(`  ${tried} tried, ${losses.length} lost, ${Math.round(outcome.seconds)} s`);
  }
  say('');
  for (const line of toFaultTable(outcomes)) say(line);
  const minutes = outcomes.reduce((sum, { seconds }) => sum + seconds, 0) / 60;
  say(`\nSeed ${seed}, ${minutes.toFixed(1)} minutes, lost: ${countLost(outcomes)}`);
  if (countLost(outcomes) > 0) process.exitCode = 1;
});
