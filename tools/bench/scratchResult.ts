/** What the bench of training from scratch found: curves and times, ours beside PyTorch's. */

/** One way of training, one seed. */
export interface ScratchRun {
  readonly way: 'headstart' | 'pytorch';
  readonly seed: number;
  /** Of the epochs alone, without reading the pictures. */
  readonly secondsPerEpoch: number;
  /** Of each epoch, as it trained. */
  readonly losses: readonly number[];
  readonly testAccuracy: number;
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** How many times as long an epoch of ours takes; null without another. */
export function timeRatio(runs: readonly ScratchRun[]): number | null {
  const secondsOf = (way: ScratchRun['way']) =>
    mean(runs.filter((run) => run.way === way).map(({ secondsPerEpoch }) => secondsPerEpoch));
  return runs.some(({ way }) => way === 'pytorch') ? secondsOf('headstart') / secondsOf('pytorch') : null;
}

/** Mean test accuracy of our seeds. */
export function ourAccuracy(runs: readonly ScratchRun[]): number {
  return mean(runs.filter(({ way }) => way === 'headstart').map(({ testAccuracy }) => testAccuracy));
}

export function toScratchTable(runs: readonly ScratchRun[]): string {
  const lines = runs.map(({ way, seed, secondsPerEpoch, losses, testAccuracy }) => {
    const curve = losses.map((loss) => loss.toFixed(2)).join(' ');
    return `| ${way} | ${seed} | ${secondsPerEpoch.toFixed(1)} | ${testAccuracy.toFixed(3)} | ${curve} |`;
  });
  const ratio = timeRatio(runs);
  return [
    '| trained by | seed | s an epoch | test accuracy | training loss of each epoch |',
    '|---|---|---|---|---|',
    ...lines,
    '',
    `Mean test accuracy: ${ourAccuracy(runs).toFixed(3)}`,
    ...(ratio === null ? [] : [`An epoch takes ${ratio.toFixed(2)} times as long as PyTorch's`]),
  ].join('\n');
}
