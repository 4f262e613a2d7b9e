/** A part that fails is told to whoever wants to know, and may then be taken away without the page around it. */
import { MantineProvider } from '@mantine/core';
import { useState } from 'react';
import { createRoot } from 'react-dom/client';
import { I18nextProvider } from 'react-i18next';
import { expect, it, vi } from 'vitest';
import { createTranslator } from '../../i18n/translator.ts';
import { AppError } from '../../shared/errors.ts';
import { ErrorBoundary } from './ErrorBoundary.tsx';

function Failing(): never {
  throw new AppError('partMissing');
}

function Around({ onError }: { readonly onError: (error: AppError) => void }) {
  const [isWanted, setIsWanted] = useState(true);
  const give = (error: AppError) => {
    onError(error);
    setIsWanted(false);
  };
  return (
    <>
      <p>the page</p>
      {isWanted && (
        <ErrorBoundary onError={give}>
          <Failing />
        </ErrorBoundary>
      )}
    </>
  );
}

it('tells once, and the part goes with its error', async () => {
  // React tells the console as well.
  vi.spyOn(console, 'error').mockImplementation(() => {});
  const element = document.body.appendChild(document.createElement('div'));
  const told: string[] = [];
  const root = createRoot(element);
  root.render(
    <I18nextProvider i18n={createTranslator()}>
      <MantineProvider>
        <Around onError={({ code }) => told.push(code)} />
      </MantineProvider>
    </I18nextProvider>,
  );
  await expect.poll(() => told).toEqual(['partMissing']);
  await expect.poll(() => element.querySelector('[role=alert]')).toBeNull();
  expect(element.textContent).toContain('the page');
  root.unmount();
  element.remove();
});
