/** The shell: navigation around one view, in the language and the light that the person chose. */
import { AppShell, Loader } from '@mantine/core';
import { type ComponentType, lazy, Suspense, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { navigationStore, type View } from '../state/navigation.ts';
import classes from './App.module.css';
import { ErrorBoundary } from './common/ErrorBoundary.tsx';
import { DatasetView } from './dataset/DatasetView.tsx';
import { BottomNav } from './shell/BottomNav.tsx';
import { Header } from './shell/Header.tsx';
import { Notices } from './shell/Notices.tsx';
import { SideNav } from './shell/SideNav.tsx';

// The first view is in the first bundle; charts and the rest come when asked for (and lie in the offline cache).
const VIEW_COMPONENTS: Readonly<Record<View, ComponentType>> = {
  pictures: DatasetView,
  train: lazy(async () => ({ default: (await import('./train/TrainView.tsx')).TrainView })),
  result: lazy(async () => ({ default: (await import('./evaluate/EvaluateView.tsx')).EvaluateView })),
  classify: lazy(async () => ({ default: (await import('./classify/ClassifyView.tsx')).ClassifyView })),
  models: lazy(async () => ({ default: (await import('./models/ModelsView.tsx')).ModelsView })),
  runs: lazy(async () => ({ default: (await import('./runs/RunsView.tsx')).RunsView })),
  settings: lazy(async () => ({ default: (await import('./settings/SettingsView.tsx')).SettingsView })),
};

export function App() {
  const { t } = useTranslation('app');
  const view = useStore(navigationStore, (place) => place.view);
  const main = useRef<HTMLElement>(null);
  const shownView = useRef(view);
  const CurrentView = VIEW_COMPONENTS[view];

  useEffect(() => {
    document.title = t('documentTitle', { view: t(`nav.${view}`) });
  }, [view, t]);

  useEffect(() => {
    if (shownView.current === view) return;
    shownView.current = view;
    // A new view is a new page: start at its top, and tell screen readers.
    window.scrollTo(0, 0);
    main.current?.focus({ preventScroll: true });
  }, [view]);

  useEffect(() => {
    // A file dropped where no view takes it would open in place of the app, and work in memory would be gone.
    const stay = (event: DragEvent) => event.preventDefault();
    window.addEventListener('dragover', stay);
    window.addEventListener('drop', stay);
    return () => {
      window.removeEventListener('dragover', stay);
      window.removeEventListener('drop', stay);
    };
  }, []);

  return (
    <AppShell
      header={{ height: 60 }}
      navbar={{ width: 250, breakpoint: 'sm', collapsed: { mobile: true } }}
      footer={{ height: { base: 60, sm: 0 } }}
      padding={{ base: 'md', md: 'xl' }}
    >
      <button type="button" className={classes.skip} onClick={() => main.current?.focus()}>
        {t('skipToContent')}
      </button>
      <AppShell.Header className={classes.bar}>
        <Header />
      </AppShell.Header>
      <AppShell.Navbar className={classes.bar} visibleFrom="sm" renderRoot={(props) => <div {...props} />}>
        <SideNav />
      </AppShell.Navbar>
      <AppShell.Main ref={main} tabIndex={-1} className={classes.main}>
        <ErrorBoundary key={view}>
          <Suspense fallback={<Loader role="status" aria-label={t('loading')} />}>
            <CurrentView />
          </Suspense>
        </ErrorBoundary>
      </AppShell.Main>
      <AppShell.Footer className={classes.bar} hiddenFrom="sm" renderRoot={(props) => <div {...props} />}>
        <BottomNav />
      </AppShell.Footer>
      <Notices />
    </AppShell>
  );
}
