/** The registry of views: every folder with a `view.ts` is one. The shell reads it; nothing else lists views. */
import { type ComponentType, lazy } from 'react';
import type { BesideView, StepView, ViewDefinition } from './defineView.ts';

export type RegisteredView = StepView | BesideView;

export interface Views {
  /** In the order of the way; never empty. */
  readonly steps: readonly [StepView, ...StepView[]];
  readonly beside: readonly BesideView[];
}

/** A component that suspends until it is loaded, unless it is there. */
function viewOf(definition: ViewDefinition): ComponentType {
  if ('View' in definition) return definition.View;
  const { load } = definition;
  return lazy(async () => ({ default: await load() }));
}

/** Views in the order of the navigation. @throws Error if two have the same id, or if there is no first step */
export function arrangeViews(definitions: readonly ViewDefinition[]): Views {
  const ids = definitions.map(({ id }) => id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) throw new Error(`two views have the id "${twice}"`);
  const steps: StepView[] = [];
  const beside: BesideView[] = [];
  for (const definition of definitions) {
    const View = viewOf(definition);
    if ('step' in definition) steps.push({ ...definition, View });
    else beside.push({ ...definition, View });
  }
  const [first, ...others] = steps.sort((a, b) => a.step - b.step);
  if (!first) throw new Error('no view is a step of the way');
  return { steps: [first, ...others], beside: beside.sort((a, b) => a.beside - b.beside) };
}

export const DEFINITIONS: readonly ViewDefinition[] = Object.values(
  import.meta.glob<ViewDefinition>('./*/view.ts', { eager: true, import: 'view' }),
);

export const { steps: STEPS, beside: BESIDE } = arrangeViews(DEFINITIONS);
export const ON_PHONE: readonly RegisteredView[] = [
  ...STEPS,
  ...BESIDE.filter(({ isOnPhone = true }) => isOnPhone),
];

/** The view that an address names; an unknown one leads to the first. */
export function findView(id: string): RegisteredView {
  return [...STEPS, ...BESIDE].find((view) => view.id === id) ?? STEPS[0];
}
