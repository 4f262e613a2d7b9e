/** Which view is on, and what views are called in the language that is on. */
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { navigationStore } from '../../state/shell/navigation.ts';
import type { StepView } from '../defineView.ts';
import { findView, type RegisteredView } from '../views.ts';

/** The view that the address names. */
export function useCurrentView(): RegisteredView {
  return findView(useStore(navigationStore, (place) => place.view));
}

export function useViewNames() {
  const { i18n } = useTranslation();
  return {
    nameOf: ({ words }: RegisteredView) => i18n.t(`${words}:nav.name`),
    /** What is done there, in a word or three. */
    hintOf: ({ words }: StepView) => i18n.t(`${words}:nav.hint`),
  };
}
