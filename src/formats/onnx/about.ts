/** What the page shows of this format. */
import type { FormatAbout } from '../../domain/modelExport.ts';

export const about: FormatAbout = {
  id: 'onnx',
  title: 'ONNX',
  opensIn: ['ONNX Runtime', 'OpenVINO'],
  precisions: ['float32', 'float16', 'int8'],
};
