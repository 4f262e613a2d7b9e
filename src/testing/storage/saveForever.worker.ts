/** For the test of interrupted saves: saves ever newer versions of one model until it is ended. */
import { saveModel } from '../../storage/storedModels.ts';
import { sampleStoredModel } from './records.ts';

const WEIGHT_COUNT = 1_000_000;

self.onmessage = async ({ data: id }: MessageEvent<string>) => {
  for (let version = 2; ; version++) {
    const { record, head } = sampleStoredModel(id, version, WEIGHT_COUNT);
    self.postMessage(version);
    await saveModel(record, head);
  }
};
