/** Simplified Chinese as one value, and one file of the build: fetched when it is wanted. */
import { byNamespace } from './namespaces.ts';

export const words = byNamespace(
  import.meta.glob<object>('./zh-CN/*.json', { eager: true, import: 'default' }),
);
