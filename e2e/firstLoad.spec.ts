/** What a first visit loads of code and styles before anything is clicked: as the build says, and within its budget. */
import { basename } from 'node:path';
import { expect, type Response } from '@playwright/test';
import { FIRST_LOAD_BUDGET_BYTES, gzippedSize, measureFirstLoad } from '../tools/firstLoad.ts';
import { DIST_DIR } from '../tools/paths.ts';
import { test } from './pages/fixtures.ts';
import { Person } from './pages/person.ts';

const CODE_AND_STYLES = ['document', 'script', 'stylesheet'];

for (const locale of ['en-US', 'zh-CN']) {
  test.describe(`a first visit in ${locale}`, () => {
    test.use({ locale });

    test('loads what the build has measured, and no more', async ({ page, context }) => {
      const responses: Response[] = [];
      // What the service worker fetches in advance has no frame of the page behind it and is not reported here.
      page.on('response', (response) => responses.push(response));
      await new Person(page).open();
      // By then everything has come that comes by itself, and all of it lies in the offline cache.
      await page.waitForFunction(async () => (await navigator.serviceWorker.ready).active !== null);
      await page.waitForLoadState('networkidle');
      expect(context.serviceWorkers()).toHaveLength(1);

      const loaded = new Map<string, number>();
      for (const response of responses) {
        const request = response.request();
        if (request.serviceWorker() || !CODE_AND_STYLES.includes(request.resourceType())) continue;
        const name = basename(new URL(response.url()).pathname) || 'index.html';
        loaded.set(name, gzippedSize(await response.body()));
      }
      const measured = await measureFirstLoad(DIST_DIR);
      const expected = measured.files.map(({ file }) => basename(file));
      // English is in the first bundle.
      const isOtherLanguage = (name: string) => /^zh-CN-.*\.js$/.test(name);
      expect([...loaded.keys()].sort()).toEqual(
        expected.filter((name) => locale === 'zh-CN' || !isOtherLanguage(name)).sort(),
      );
      const gzippedBytes = [...loaded.values()].reduce((sum, bytes) => sum + bytes, 0);
      expect(gzippedBytes).toBeGreaterThan(100_000);
      expect(gzippedBytes).toBeLessThanOrEqual(FIRST_LOAD_BUDGET_BYTES);
    });
  });
}
