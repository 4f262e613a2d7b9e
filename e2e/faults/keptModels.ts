/** The models that the page lists, and whether each of them can be opened and used. */
import { expect, type Page } from '@playwright/test';
import type { Person } from '../pages/person.ts';
import type { Visitor } from './visitor.ts';

const ANSWER_MS = 60_000;

/** Ids of all that "My models" lists, in its order. On that view. */
export async function readModelIds({ main }: Person): Promise<readonly string[]> {
  const list = main.getByRole('list', { name: 'Models' });
  await list.or(main.getByText('There is no model yet.')).first().waitFor();
  if (!(await list.isVisible())) return [];
  const hrefs = await list
    .getByRole('link')
    .evaluateAll((links) => links.map((link) => link.getAttribute('href') ?? ''));
  const ids = hrefs.flatMap((href) => /#\/result\/(.+)$/.exec(href)?.[1] ?? []);
  return [...new Set(ids.map(decodeURIComponent))];
}

/** The same; leaves the page there. */
export async function listModelIds(visitor: Visitor): Promise<readonly string[]> {
  await visitor.goTo('My models');
  return readModelIds(visitor.person);
}

/** The id of the model whose result an address shows; null for any other view. */
export function resultIdOf(address: string): string | null {
  const [, id] = /#\/result\/(.+)$/.exec(address) ?? [];
  return id === undefined ? null : decodeURIComponent(id);
}

async function shownAlert({ page }: Person): Promise<string | null> {
  const alert = page.getByRole('main').getByRole('alert').filter({ hasText: 'Technical details' }).first();
  return (await alert.isVisible()) ? (await alert.innerText()).split('\n').slice(0, 2).join(' ') : null;
}

/** As a link does, without loading the page anew. */
async function goToHash(page: Page, hash: string): Promise<void> {
  await page.evaluate((wanted) => window.location.assign(wanted), hash);
}

/** A model that is listed says in words why it does not answer. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

/** Opens the result of a model. @throws Error with the page's words where it does not show one */
export async function openResult(visitor: Visitor, id: string): Promise<void> {
  const { page, main } = visitor.person;
  await goToHash(page, `#/result/${encodeURIComponent(id)}`);
  await main.getByRole('region', { name: 'What it was made of' }).waitFor({ timeout: ANSWER_MS });
  const alert = await shownAlert(visitor.person);
  if (alert !== null) throw new Error(`a model that is listed does not open: ${alert}`);
}

/** Classifies a picture with a model. @throws NoAnswer with the page's words; Error where its answers are no probabilities */
export async function checkAnswers(visitor: Visitor, id: string, picture: string): Promise<void> {
  const { page, main } = visitor.person;
  await goToHash(page, `#/classify/${encodeURIComponent(id)}`);
  const choice = main.getByRole('combobox', { name: 'Classify with' });
  // For a moment the view still shows what was chosen before.
  await expect(choice, 'a model that is listed can be chosen').toHaveValue(id);
  const refused = main.getByRole('alert').filter({ hasText: 'Technical details' }).first();
  const isRefused = refused.waitFor({ timeout: ANSWER_MS }).then(
    async () => new NoAnswer((await shownAlert(visitor.person)) ?? ''),
    () => new Error('no answer, and nothing was said'),
  );
  const classified = visitor.person.classify([picture]);
  // Whichever comes first; the other finds a page that has gone on.
  classified.catch(() => undefined);
  const answer = await Promise.race([classified, isRefused]);
  if (answer instanceof Error) throw answer;
  // What is still listed is classified once more by the model that is chosen next.
  await main.getByRole('button', { name: 'Clear the list' }).click();
  const [guesses = {}] = Object.values(answer);
  const probabilities = Object.values(guesses);
  if (probabilities.length === 0 || probabilities.some((value) => !(value >= 0 && value <= 1)))
    throw new Error(`a model that is listed answers ${JSON.stringify(guesses)}`);
}

/** How a run that was begun ended: the id of its model, or the page's words. */
export interface RunEnd {
  readonly modelId: string | null;
  readonly words: string | null;
}

/** Waits for the end of a run. @throws Error where there is none within the limit */
export async function waitForEnd({ person }: Visitor, limitMs: number): Promise<RunEnd> {
  const endMs = performance.now() + limitMs;
  const { page } = person;
  while (performance.now() < endMs) {
    const modelId = resultIdOf(page.url());
    if (modelId !== null) return { modelId, words: null };
    const words = await shownAlert(person);
    if (words !== null) return { modelId: null, words };
    await page.waitForTimeout(100);
  }
  throw new Error(`the run came to no end within ${limitMs / 1000} s, and nothing was said`);
}

/** The same for a run that was begun again after words that still stand on the page. */
export async function waitForNextEnd(visitor: Visitor, limitMs: number): Promise<RunEnd> {
  const alert = visitor.person.main.getByRole('alert').filter({ hasText: 'Technical details' });
  await alert.first().waitFor({ state: 'hidden' });
  return waitForEnd(visitor, limitMs);
}
