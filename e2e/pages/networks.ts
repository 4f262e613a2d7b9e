/** What a person does about the network that learns, on the train view: which it is, and how much of it. */
import { basename } from 'node:path';
import { expect, type FrameLocator, type Locator } from '@playwright/test';
import { SetupError } from '../../tools/say.ts';
import { type Person, PREPARE_MS } from './person.ts';

/** How much of the network stays as it is when the rest is adapted: everything, so many of its five stages, nothing. */
export const FREEZE_TO = ['all', '4', '3', 'none'] as const;
export type FreezeTo = (typeof FREEZE_TO)[number];
const STAGES_THAT_LEARN: Readonly<Record<Exclude<FreezeTo, 'all'>, string>> = {
  '4': '1',
  '3': '2',
  none: 'all',
};

/** A network of 240 MB on a slow line. */
const DOWNLOAD_MS = 600_000;

/** On the train view: a network with fresh weights. @param title as the list has it @param sizePx null: as it was made for */
export async function chooseFromScratch(
  person: Person,
  title: string,
  sizePx: number | null = null,
): Promise<void> {
  const list = await showNetworks(person);
  await list.selectOption({ label: `${title}, from scratch` });
  if (sizePx !== null)
    await person.main.getByLabel('Side of the pictures (input size, pixels)').fill(String(sizePx));
}

/** On the train view, of a network whose layers can be chosen: they follow at once, in the diagram and in the figures. */
export async function chooseLayers(
  { main }: Person,
  { filters, denseUnits }: { readonly filters: readonly number[]; readonly denseUnits: number },
): Promise<void> {
  const layers = main.getByRole('group', { name: 'Layers of the network', exact: true });
  const convolutions = layers.getByLabel(/^Convolution \d/);
  const step = async (name: string) => layers.getByRole('button', { name, exact: true }).click();
  while ((await convolutions.count()) < filters.length) await step('Add a convolution');
  while ((await convolutions.count()) > filters.length) await step('Remove the last convolution');
  for (const [index, count] of filters.entries()) await convolutions.nth(index).fill(String(count));
  await layers.getByLabel('Numbers at the end (dense width)').fill(String(denseUnits));
  const diagram = main.getByRole('figure', { name: /stage by stage$/ });
  await expect(diagram).toContainText(`${filters.at(-1)} channels`);
  await expect(diagram).toContainText(`At the end: ${denseUnits} number`);
}

/** On the train view. @returns the list of networks */
export async function showNetworks(person: Person): Promise<Locator> {
  await person.unfold('Which network learns');
  const list = person.main.getByRole('combobox', { name: 'Network (backbone)' });
  const show = person.main.getByRole('button', { name: 'Show the networks', exact: true });
  await list.or(show).waitFor();
  if (await show.isVisible()) await show.click();
  await list.waitFor({ timeout: PREPARE_MS });
  return list;
}

/** On the train view: has the app ask whether it may fetch that address. @returns the frame with the button that starts it */
export async function askForDownload(person: Person, url: string): Promise<FrameLocator> {
  await showNetworks(person);
  await person.main.getByRole('textbox', { name: 'Or the address of a file (URL)' }).fill(url);
  await person.main.getByRole('button', { name: 'Download from this address' }).click();
  const dialog = person.page.getByRole('dialog', { name: `Download from ${new URL(url).host}?` });
  return dialog.locator('iframe').contentFrame();
}

/**
 * On the train view: weights from a file or an address, which are chosen then. @param from path or URL
 * @returns what the list of networks calls them. @throws SetupError with the app's words
 */
export async function addWeights(person: Person, from: string): Promise<string> {
  const list = await showNetworks(person);
  const isAddress = /^https?:/.test(from);
  if (isAddress) {
    const frame = await askForDownload(person, from);
    await frame.getByRole('button', { name: 'Download' }).click();
  } else await person.choose('Add weights from a file', from);
  const fileName = basename(isAddress ? decodeURIComponent(new URL(from).pathname) : from);
  const chosen = list.locator('option:checked').filter({ hasText: fileName });
  const refused = person.main.getByRole('alert').filter({ hasText: 'Technical details' });
  const timeout = isAddress ? DOWNLOAD_MS : PREPARE_MS;
  await chosen.or(refused).first().waitFor({ state: 'attached', timeout });
  if ((await chosen.count()) === 0)
    throw new SetupError(`The app says: ${await refused.first().innerText()}`);
  return (await chosen.textContent()) ?? '';
}

/** On the train view: how much stays as it is; fine-tuning is on unless all of it does. */
export async function setFreezeTo(person: Person, freezeTo: FreezeTo): Promise<void> {
  if (freezeTo === 'all') {
    await person.unfold('Adapt the network too (fine-tuning)');
    await person.main
      .getByRole('switch', { name: 'Also adapt the network itself (fine-tuning)' })
      .setChecked(false);
    return;
  }
  await person.setFineTuning({});
  await person.main
    .getByRole('combobox', { name: 'What learns (stages)' })
    .selectOption(STAGES_THAT_LEARN[freezeTo]);
}
