/** The shell: navigation around one view, in the language and the light that the person chose. */
import { AppShell, Loader } from '@mantine/core';
import { lazy, Suspense, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { failDownload, weightsOfferStore } from '../state/engine/weightsOffer.ts';
import classes from './App.module.css';
import { ErrorBoundary } from './common/ErrorBoundary.tsx';
import { BottomNav } from './shell/BottomNav.tsx';
import { Header } from './shell/Header.tsx';
import { Notices } from './shell/Notices.tsx';
import { SideNav } from './shell/SideNav.tsx';
import { useCurrentView, useViewNames } from './shell/useViews.ts';

const DownloadDialog = lazy(async () => ({
  default: (await import('./shell/DownloadDialog.tsx')).DownloadDialog,
}));

export function App() {
  const { t } = useTranslation('app');
  const view = useCurrentView();
  const { id, View } = view;
  const name = useViewNames().nameOf(view);
  const main = useRef<HTMLElement>(null);
  const shownId = useRef(id);
  const isOffered = useStore(weightsOfferStore, ({ offer }) => offer !== null);

  useEffect(() => {
    document.title = t('documentTitle', { view: name });
  }, [name, t]);

  useEffect(() => {
    if (shownId.current === id) return;
    shownId.current = id;
    // A new view is a new page: start at its top, and tell screen readers.
    window.scrollTo(0, 0);
    main.current?.focus({ preventScroll: true });
  }, [id]);

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
        <ErrorBoundary key={id}>
          <Suspense fallback={<Loader role="status" aria-label={t('loading')} />}>
            <View />
          </Suspense>
        </ErrorBoundary>
      </AppShell.Main>
      <AppShell.Footer className={classes.bar} hiddenFrom="sm" renderRoot={(props) => <div {...props} />}>
        <BottomNav />
      </AppShell.Footer>
      <Notices />
      {isOffered && (
        <ErrorBoundary onError={failDownload}>
          <Suspense fallback={null}>
            <DownloadDialog />
          </Suspense>
        </ErrorBoundary>
      )}
    </AppShell>
  );
}
