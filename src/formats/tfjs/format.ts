/** TensorFlow.js layers models: a zip that plain TensorFlow.js loads once it is unpacked, and that opens here again. */
import { DESCRIPTION_FILE } from '../description.ts';
import type { ModelFormat } from '../modelFormat.ts';
import { about } from './about.ts';
import { exampleCode } from './exampleCode.ts';
import { MODEL_FILE, readModelZip } from './modelZip.ts';
import { writeTfjsLayers } from './writer.ts';

const USAGE = `\`${MODEL_FILE}\` is a TensorFlow.js layers model; \`tf.loadLayersModel\` loads it and \`example.js\` shows how.`;

export const format: ModelFormat = {
  about,
  writer: {
    write({ description, network }, { precision, output }) {
      const { modelJson, shards } = writeTfjsLayers(network, precision);
      const paths = modelJson.weightsManifest.flatMap((group) => group.paths);
      return {
        files: [
          { path: MODEL_FILE, content: JSON.stringify(modelJson) },
          ...shards.map((shard, index) => ({ path: paths[index] ?? '', content: [shard] })),
          { path: 'example.js', content: exampleCode(description.backbone, output) },
        ],
        usage: USAGE,
      };
    },
  },
  reader: {
    // Someone may have packed it anew, inside a folder.
    detects: ({ entryNames }) =>
      entryNames.some((name) => {
        const folder = name.slice(0, -DESCRIPTION_FILE.length);
        return name === folder + DESCRIPTION_FILE && entryNames.includes(folder + MODEL_FILE);
      }),
    read: readModelZip,
  },
};
