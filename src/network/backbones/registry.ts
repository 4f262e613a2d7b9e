/** Every backbone Headstart knows. A new one is one file here and one line below. */
import type { Backbone } from './backbone.ts';
import { RESNET50 } from './resnet50/resnet50.ts';

export const BACKBONES: readonly Backbone[] = [RESNET50];
