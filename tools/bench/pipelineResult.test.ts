import { expect, it } from 'vitest';
import { toPipelineTable } from './pipelineResult.ts';

it('says what the pipeline gives, and what the trainer takes of it', () => {
  const table = toPipelineTable({
    ...{ readPerSecond: 20_000, alonePerSecond: 45_678, trainedPerSecond: 913.6 },
    ...{ waitFraction: 0.0123, workers: 2 },
  });
  expect(table).toContain('45,678 pictures/s');
  expect(table).toContain('914 pictures/s');
  expect(table).toContain('1.2 %');
  expect(table).toMatch(/needs +50\.0$/);
});
