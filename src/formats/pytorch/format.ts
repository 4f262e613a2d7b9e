/** PyTorch: safetensors with torchvision's names where the architecture is torchvision's, and the module that reads them. Written, not read. */
import { inputNodeOf, type Network } from '../../network/network.ts';
import { checkNetwork } from '../../network/shapes.ts';
import { DESCRIPTION_FILE, writeDescription } from '../description.ts';
import { labelLines } from '../labels.ts';
import type { ModelFormat } from '../modelFormat.ts';
import { pythonPrograms } from '../programs/python.ts';
import { about } from './about.ts';
import { MODEL_PROGRAM } from './modelProgram.ts';
import { moduleNamesOf } from './moduleNames.ts';
import { toSafetensors } from './safetensorsFile.ts';
import { toStateDict } from './stateDict.ts';

const WEIGHTS_FILE = 'model.safetensors';

/** The nodes, each with the name of its module, the channels that it reads, and whether those are maps. */
function describedNodes({ nodes, weights }: Network, names: ReadonlyMap<string, string>): string {
  const shapes = checkNetwork({ name: '', nodes, weights });
  const described = nodes.map((node) => {
    const read = shapes.get(node.inputs[0] ?? '') ?? inputNodeOf(nodes).shape;
    return { ...node, module: names.get(node.name), channels: read.at(-1), isMap: read.length === 3 };
  });
  return `${JSON.stringify(described, null, 1)}\n`;
}

export const format: ModelFormat = {
  about,
  writer: {
    write({ description, network }, { precision, output }) {
      const names = moduleNamesOf(network.nodes);
      const metadata = {
        format: 'pt',
        labels: labelLines(description),
        [DESCRIPTION_FILE]: writeDescription(description, output),
      };
      const programs = pythonPrograms(description, {
        packages: ['torch>=2.1', 'safetensors>=0.4'],
        imports: ['import torch', 'from model import load'],
        load: ['MODEL = load()'],
        run: 'MODEL(torch.from_numpy(batch)).numpy()',
        around: '@torch.inference_mode()',
        output,
        precision,
      });
      return {
        files: [
          { path: WEIGHTS_FILE, content: toSafetensors(toStateDict(network, names, precision), metadata) },
          { path: 'network.json', content: describedNodes(network, names) },
          { path: 'model.py', content: MODEL_PROGRAM },
          ...programs,
        ],
        usage: `\`${WEIGHTS_FILE}\` holds the weights and \`network.json\` the layers; \`from model import load\` makes a \`torch.nn.Module\` of them, which learns on like any other. \`python classify.py\` checks it with the pictures beside it, \`python classify.py PICTURE …\` names others, and \`serve.py\` answers over http.`,
      };
    },
  },
};
