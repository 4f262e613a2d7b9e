/** A run that can rest: the switch that its calls look at, and a screen that stays on only while it works. */
import { createPauseSwitch, type PauseSwitch } from '../../rpc/pause.ts';
import { keepScreenAwake } from './pageGuard.ts';

export interface RunPause {
  /** For the calls of the run. */
  readonly pause: PauseSwitch;
  begin(): void;
  set(isPaused: boolean): void;
  /** A run that has ended rests no more. */
  end(): void;
}

/** @param onChange told of every change */
export function createRunPause(onChange: (isPaused: boolean) => void): RunPause {
  const pause = createPauseSwitch();
  let letScreenSleep: () => void = () => undefined;
  pause.subscribe((isPaused) => {
    letScreenSleep();
    if (!isPaused) letScreenSleep = keepScreenAwake();
    onChange(isPaused);
  });
  return {
    pause,
    begin() {
      letScreenSleep = keepScreenAwake();
    },
    set: pause.set,
    end() {
      pause.set(false);
      letScreenSleep();
    },
  };
}
