/** What the page shows of this format. */
import type { FormatAbout } from '../../domain/modelExport.ts';

export const about: FormatAbout = {
  id: 'pytorch',
  title: 'PyTorch (safetensors)',
  opensIn: ['PyTorch'],
  precisions: ['float32', 'float16'],
};
