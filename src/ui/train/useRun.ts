/** What a component shows of the run that is going: it renders anew when that changes, and not with every batch. */
import { useStore } from 'zustand';
import { useShallow } from 'zustand/react/shallow';
import { runStore, type TrainingRun } from '../../state/training/run.ts';

/**
 * @param select values compared one by one, so an object of several is fine
 * @returns null while no run is going
 */
export function useRun<Selected>(select: (run: TrainingRun) => Selected): Selected | null {
  return useStore(
    runStore,
    useShallow(({ run }) => run && select(run)),
  );
}
