/** The model file formats there are. A new one is its own file and a line here. */
import type { ExportFormat } from '../domain/model.ts';
import type { ModelFormat } from './format.ts';
import { tfjsZipFormat } from './modelZip.ts';

export const MODEL_FORMATS: Readonly<Record<ExportFormat, ModelFormat>> = {
  tfjs: tfjsZipFormat,
};
