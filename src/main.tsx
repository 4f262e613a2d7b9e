/** Mounts the app, registers the service worker, and wires language, address and notices together. */
// First of all: nothing below may run before it.
import './state/shell/limitFrames.ts';

import './ui/shell/mantine.css';
import './ui/shell/shell.css';
import { localStorageColorSchemeManager, MantineProvider } from '@mantine/core';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { I18nextProvider } from 'react-i18next';
import { createTranslator } from './i18n/translator.ts';
import { startDataset } from './state/dataset/dataset.ts';
import { startUpdates } from './state/shell/appUpdate.ts';
import { startNamingMissingParts } from './state/shell/missingParts.ts';
import { startNavigation } from './state/shell/navigation.ts';
import { startPrivacyCount } from './state/shell/privacy.ts';
import { ensureLocks } from './state/shell/tabLocks.ts';
import { App } from './ui/App.tsx';
import { startLanguage } from './ui/shell/language.ts';
import { cssVariables, theme } from './ui/shell/theme.ts';

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');

startPrivacyCount();
startNamingMissingParts();
startNavigation();
const translator = createTranslator();
const colorSchemes = localStorageColorSchemeManager({ key: 'headstart.colors' });

function mount(element: HTMLElement): void {
  createRoot(element).render(
    <StrictMode>
      <I18nextProvider i18n={translator}>
        <MantineProvider
          theme={theme}
          cssVariablesResolver={cssVariables}
          defaultColorScheme="auto"
          colorSchemeManager={colorSchemes}
        >
          <App />
        </MantineProvider>
      </I18nextProvider>
    </StrictMode>,
  );
}

/** Longer than this nobody looks at an empty page; the words come when they come. */
const WORDS_WITHIN_MS = 4000;
const inTime = new Promise((resolve) => setTimeout(resolve, WORDS_WITHIN_MS));
// Not awaited here: the words' file needs this one, and each would wait for the other for ever.
void Promise.race([startLanguage(translator), inTime]).then(() => mount(root));

void ensureLocks().then((mayKeep) => {
  void startDataset();
  // Without a service worker there are none; that nothing is kept, the data set says.
  if (mayKeep) void startUpdates();
});
