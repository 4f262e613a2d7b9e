/** The weights of a part and what the optimiser remembers of them, as the engine reads and writes them. */
import type { Network } from '../../../../network/network.ts';
import { allocateFloats } from '../../../../shared/allocate.ts';
import type { TrainerState } from '../../../training/trainer.ts';
import { slotKey } from '../../../training/updateRule.ts';
import type { PartCrew } from './partCrew.ts';
import type { PlacedPart } from './partWorker.ts';
import type { PartRuns } from './partWorkerApi.ts';
import {
  readParameter,
  readPlacedWeights,
  writeConstants,
  writeNetwork,
  writeParameter,
} from './placedParameters.ts';

export interface PartWeights {
  write(network: Network): Promise<void>;
  /** Of what is missing in it, nothing changes. */
  writeState(state: TrainerState['optimizerState']): Promise<void>;
  readNetwork(): Promise<Network>;
  read(): Promise<Pick<TrainerState, 'head' | 'optimizerState'>>;
}

/** @param base what is not among the parameters stays as it is here @param slotNames of the optimiser, in their order */
export function createPartWeights(
  crew: PartCrew,
  { plan, parameters, layout }: PlacedPart,
  base: Network,
  slotNames: readonly string[],
): PartWeights {
  const { memory } = crew;
  const { parameterCount, imageCount } = parameters;
  const trained = parameters.all.filter(({ isTrained }) => isTrained);

  /** All in one, whoever holds what. */
  async function readRuns(): Promise<PartRuns> {
    crew.throwIfFailed();
    if (memory) {
      const { buffer } = memory;
      // Views over shared memory, read before anybody writes again.
      return {
        image: new Float32Array(buffer, layout.image, imageCount),
        slots: layout.slots.map((slot) => new Float32Array(buffer, slot, parameterCount)),
      };
    }
    const all = await crew.askAll('read', () => null);
    const image = all[0]?.image ?? allocateFloats(imageCount);
    const slots = layout.slots.map((_, slot) => {
      const run = allocateFloats(parameterCount);
      layout.slices.forEach(({ begin, end }, worker) => {
        run.set(all[worker]?.slots[slot]?.subarray(begin, end) ?? [], begin);
      });
      return run;
    });
    return { image, slots };
  }

  const toNetwork = (image: Float32Array): Network => ({
    ...base,
    weights: { ...base.weights, ...readPlacedWeights(image, parameters) },
  });

  return {
    async write(network) {
      const image = allocateFloats(imageCount);
      writeNetwork(image, parameters, network);
      writeConstants(image, parameters, plan, network);
      if (memory) new Float32Array(memory.buffer, layout.image, imageCount).set(image);
      else await crew.askAll('writeImage', () => ({ begin: 0, values: image }));
    },
    async writeState(state) {
      if (Object.keys(state).length === 0) return;
      const slots = slotNames.map((name) => {
        const run = allocateFloats(parameterCount);
        for (const parameter of trained) {
          const values = state[slotKey(parameter.key, name)];
          if (values) writeParameter(run, parameter, values);
        }
        return run;
      });
      if (!memory) {
        await crew.askAll('writeSlots', () => slots);
        return;
      }
      const { buffer } = memory;
      slots.forEach((run, slot) => {
        new Float32Array(buffer, layout.slots[slot], parameterCount).set(run);
      });
    },
    readNetwork: async () => toNetwork((await readRuns()).image),
    async read() {
      const { image, slots } = await readRuns();
      const optimizerState: Record<string, Float32Array<ArrayBuffer>> = {};
      for (const parameter of trained) {
        slotNames.forEach((name, slot) => {
          const run = slots[slot];
          if (run) optimizerState[slotKey(parameter.key, name)] = readParameter(run, parameter);
        });
      }
      return { head: toNetwork(image), optimizerState };
    },
  };
}
