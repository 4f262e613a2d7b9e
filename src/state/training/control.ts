/** What a person does to the run that is going: cancel, stop early, let it rest. The run listens to these signals. */
import type { PauseSwitch } from '../../rpc/pause.ts';
import { changeRun, isPausable, runStore } from './run.ts';
import { createRunPause } from './runPause.ts';

let cancel = new AbortController();
let finish = new AbortController();
const rest = createRunPause((paused) => changeRun({ paused }));

export interface RunSignals {
  readonly signal: AbortSignal;
  readonly finishSignal: AbortSignal;
  readonly pause: PauseSwitch;
}

/** Signals for a new run, which none of the earlier ones can end. The screen stays on until `endControl`. */
export function beginControl(): RunSignals {
  cancel = new AbortController();
  finish = new AbortController();
  rest.begin();
  return { signal: cancel.signal, finishSignal: finish.signal, pause: rest.pause };
}

/** A run that has ended rests no more, and the screen may go dark. */
export function endControl(): void {
  rest.end();
}

/** Drops the run. Features that were extracted stay kept, so the next run starts from there. */
export function cancelTraining(): void {
  cancel.abort();
}

/** Ends learning after the running epoch and keeps the best weights so far. */
export function finishTraining(): void {
  changeRun({ finishing: true });
  finish.abort();
  rest.set(false);
}

/** Lets the run rest until `unpauseTraining`, also through a restart of the engine. */
export function pauseTraining(): void {
  const { run } = runStore.getState();
  if (run && isPausable(run)) rest.set(true);
}

export function unpauseTraining(): void {
  rest.set(false);
}
