/** What the bench of the data pipeline found: how fast it is alone, and whether the trainer waits for it. */

export interface PipelineReading {
  /** From their blocks on the disk into memory, once. */
  readonly readPerSecond: number;
  /** Augmented and normalised, in batches of the trainer; by one thread, which does nothing else. */
  readonly alonePerSecond: number;
  /** Pictures that go through the trainer, which takes its batches from the same pipeline. */
  readonly trainedPerSecond: number;
  /** Fraction of that time in which the trainer waits for a batch. */
  readonly waitFraction: number;
  /** That train. */
  readonly workers: number;
}

export function toPipelineTable(reading: PipelineReading): string {
  const { readPerSecond, alonePerSecond, trainedPerSecond, waitFraction, workers } = reading;
  const perSecond = (rate: number) => `${Math.round(rate).toLocaleString('en-US')} pictures/s`;
  const rows = [
    ['read out of their blocks, once', perSecond(readPerSecond)],
    ['cropped, mirrored, normalised, in batches: by one thread alone', perSecond(alonePerSecond)],
    [`the same beside a plain CNN that trains with ${workers} workers`, perSecond(trainedPerSecond)],
    ['of that time the trainer waits for a batch', `${(waitFraction * 100).toFixed(1)} %`],
    ['as many times as fast as the trainer needs', (alonePerSecond / trainedPerSecond).toFixed(1)],
  ] as const;
  const width = Math.max(...rows.map(([label]) => label.length));
  return rows.map(([label, value]) => `${label.padEnd(width)}  ${value}`).join('\n');
}
