/** What the bench of fine-tuning can train. */

/** The last stages of the app's backbone behind their cut, or a small network from its first layer on. */
export const FINE_TUNE_NETWORKS = ['tail', 'cifar-resnet18'] as const;

export interface FineTuneSizes {
  readonly network: (typeof FINE_TUNE_NETWORKS)[number];
  /** Stages of the backbone that learn, counted from its end. */
  readonly stages: 1 | 2;
  /** Pictures of a step. */
  readonly batch: number;
  /** What the number of channels is divided by; 1: the real network with its real weights. */
  readonly scale: number;
}
