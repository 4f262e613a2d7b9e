/** ONNX: one file that ONNX Runtime and many other programs load, its preprocessing inside. Written, not read. */
import { writeDescription } from '../description.ts';
import { labelLines } from '../labels.ts';
import type { ModelFormat } from '../modelFormat.ts';
import { pythonPrograms } from '../programs/python.ts';
import { about } from './about.ts';
import { toOnnxGraph } from './graph.ts';
import { toOnnxFile } from './onnxProto.ts';

const MODEL_FILE = 'model.onnx';

export const format: ModelFormat = {
  about,
  writer: {
    write({ description, network }, { precision, output }) {
      const metadata = {
        labels: labelLines(description),
        'headstart.json': writeDescription(description, output),
      };
      const content = toOnnxFile(toOnnxGraph(network, precision), metadata);
      const programs = pythonPrograms(description, {
        packages: ['onnxruntime>=1.17'],
        imports: ['import onnxruntime'],
        load: [
          '# Exact everywhere. Others, such as "CUDAExecutionProvider" or "CoreMLExecutionProvider", may be put before it.',
          `SESSION = onnxruntime.InferenceSession(HERE / "${MODEL_FILE}", providers=["CPUExecutionProvider"])`,
          'INPUT = SESSION.get_inputs()[0].name',
        ],
        run: 'SESSION.run(None, {INPUT: batch})[0]',
        output,
        precision,
      });
      return {
        files: [{ path: MODEL_FILE, content }, ...programs],
        usage: `\`${MODEL_FILE}\` is an ONNX model (operator set 17); ONNX Runtime loads it. \`python classify.py\` checks it with the pictures beside it, \`python classify.py PICTURE …\` names others, and \`serve.py\` answers over http.`,
      };
    },
  },
};
