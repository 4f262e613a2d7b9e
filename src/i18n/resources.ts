/** Every visible string, one file a view and a language. The English files give the keys their types. */
import enAnswer from './en/answer.json' with { type: 'json' };
import enApp from './en/app.json' with { type: 'json' };
import enAugment from './en/augment.json' with { type: 'json' };
import enClassify from './en/classify.json' with { type: 'json' };
import enDataset from './en/dataset.json' with { type: 'json' };
import enErrors from './en/errors.json' with { type: 'json' };
import enEvaluate from './en/evaluate.json' with { type: 'json' };
import enModels from './en/models.json' with { type: 'json' };
import enRuns from './en/runs.json' with { type: 'json' };
import enSettings from './en/settings.json' with { type: 'json' };
import enTrain from './en/train.json' with { type: 'json' };
import enTune from './en/tune.json' with { type: 'json' };
import zhAnswer from './zh-CN/answer.json' with { type: 'json' };
import zhApp from './zh-CN/app.json' with { type: 'json' };
import zhAugment from './zh-CN/augment.json' with { type: 'json' };
import zhClassify from './zh-CN/classify.json' with { type: 'json' };
import zhDataset from './zh-CN/dataset.json' with { type: 'json' };
import zhErrors from './zh-CN/errors.json' with { type: 'json' };
import zhEvaluate from './zh-CN/evaluate.json' with { type: 'json' };
import zhModels from './zh-CN/models.json' with { type: 'json' };
import zhRuns from './zh-CN/runs.json' with { type: 'json' };
import zhSettings from './zh-CN/settings.json' with { type: 'json' };
import zhTrain from './zh-CN/train.json' with { type: 'json' };
import zhTune from './zh-CN/tune.json' with { type: 'json' };

const en = {
  app: enApp,
  dataset: enDataset,
  errors: enErrors,
  settings: enSettings,
  train: enTrain,
  evaluate: enEvaluate,
  classify: enClassify,
  models: enModels,
  augment: enAugment,
  runs: enRuns,
  tune: enTune,
  answer: enAnswer,
};

const zhCN = {
  app: zhApp,
  dataset: zhDataset,
  errors: zhErrors,
  settings: zhSettings,
  train: zhTrain,
  evaluate: zhEvaluate,
  classify: zhClassify,
  models: zhModels,
  augment: zhAugment,
  runs: zhRuns,
  tune: zhTune,
  answer: zhAnswer,
};

export const resources = { en, 'zh-CN': zhCN };
export type Namespace = keyof typeof en;

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'app';
    resources: typeof en;
  }
}
