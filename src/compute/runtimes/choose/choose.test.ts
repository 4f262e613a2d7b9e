import { describe, expect, it } from 'vitest';
import type { Probe } from '../runtime.ts';
import { pickBackend } from './choose.ts';

function probe(name: Probe['name'], changes: Partial<Probe> = {}): Probe {
  return {
    name,
    fault: null,
    gap: null,
    arithmetic: 'float32',
    software: false,
    maxError: 1e-6,
    estimatedMsPerPicture: 100,
    device: '',
    ...changes,
  };
}
const verdicts = (choice: ReturnType<typeof pickBackend>) =>
  Object.fromEntries(choice.candidates.map(({ name, verdict }) => [name, verdict]));

describe('pickBackend', () => {
  it('takes the fastest that is right', () => {
    const choice = pickBackend(
      [
        probe('webgpu', { fault: 'wrongResults', estimatedMsPerPicture: 1 }),
        probe('webgl', { estimatedMsPerPicture: 20 }),
        probe('wasm', { estimatedMsPerPicture: 300 }),
      ],
      'auto',
    );
    expect(choice.chosen).toBe('webgl');
    expect(verdicts(choice)).toEqual({ webgpu: 'wrongResults', webgl: 'fastest', wasm: 'slower' });
  });

  it('ranks a software adapter below WASM, however fast it claims to be', () => {
    const choice = pickBackend(
      [
        probe('webgpu', { software: true, estimatedMsPerPicture: 1 }),
        probe('wasm', { estimatedMsPerPicture: 900 }),
      ],
      'auto',
    );
    expect(verdicts(choice)).toEqual({ webgpu: 'software', wasm: 'fastest' });
  });

  it('takes WASM over a slow GPU', () => {
    const slow = probe('webgl', { estimatedMsPerPicture: 800 });
    expect(pickBackend([slow, probe('wasm')], 'auto').chosen).toBe('wasm');
  });

  it("follows the person's wish, and only as long as it works", () => {
    const software = probe('webgl', { software: true });
    expect(verdicts(pickBackend([software, probe('wasm')], 'webgl'))).toEqual({
      webgl: 'chosenByPerson',
      wasm: 'slower',
    });
    const lost = probe('webgl', { fault: 'lost' });
    expect(verdicts(pickBackend([lost, probe('wasm')], 'webgl'))).toEqual({
      webgl: 'lost',
      wasm: 'onlyOne',
    });
  });

  it('says so when nothing works', () => {
    expect(() => pickBackend([probe('wasm', { fault: 'unavailable' })], 'auto')).toThrow(
      expect.objectContaining({ code: 'noBackend' }),
    );
  });
});
