/** English as one value. It is in the first bundle: no other language has to be fetched before words can be shown. */
import { byNamespace } from './namespaces.ts';

export const words = byNamespace(import.meta.glob<object>('./en/*.json', { eager: true, import: 'default' }));
