/** What a view says of itself in its `view.ts`: all that the shell has to know of it. */
import type { Icon } from '@tabler/icons-react';
import type { ComponentType } from 'react';
import type { Namespace, Words } from '../i18n/resources.ts';
import type { View } from '../state/shell/navigation.ts';

/** The namespaces in which `Shape` is found. */
type NamespacesWith<Shape> = { [N in Namespace]: Words[N] extends Shape ? N : never }[Namespace];

interface Common {
  /** In the address: `#/train`. */
  readonly id: View;
  readonly Icon: Icon;
}

/** A step of the way that a newcomer walks. Its words have `nav.name` and `nav.hint`. */
interface Step {
  /** Its number in the way, from 1. */
  readonly step: number;
  readonly words: NamespacesWith<{ readonly nav: { readonly name: string; readonly hint: string } }>;
}

/** What lies beside the way. Its words have `nav.name`. */
interface Beside {
  /** Its place among the others there, from 1. */
  readonly beside: number;
  readonly words: NamespacesWith<{ readonly nav: { readonly name: string } }>;
  /** False: no place under the thumb, another view leads to it; true if left out. */
  readonly isOnPhone?: boolean;
}

/** What it shows, in the first bundle. */
interface Shown {
  readonly View: ComponentType;
}
/** What it shows, loaded when it is asked for. */
interface Loaded {
  readonly load: () => Promise<ComponentType>;
}

export type StepView = Common & Step & Shown;
export type BesideView = Common & Beside & Shown;
export type ViewDefinition = Common & (Step | Beside) & (Shown | Loaded);

/** Checks a view's definition by its type; the folder's `view.ts` exports the answer as `view`. */
export function defineView(definition: ViewDefinition): ViewDefinition {
  return definition;
}
