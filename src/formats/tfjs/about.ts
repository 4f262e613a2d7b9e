/** What the page shows of this format. */
import type { FormatAbout } from '../../domain/modelExport.ts';

export const about: FormatAbout = {
  id: 'tfjs',
  title: 'TensorFlow.js',
  opensIn: ['TensorFlow.js', 'Headstart'],
  precisions: ['float32', 'float16'],
};
