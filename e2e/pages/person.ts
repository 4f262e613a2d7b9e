/** What a person does with the app, in the words that stand on the screen; nothing here reaches behind the page. */
import { readFile } from 'node:fs/promises';
import { expect, type Locator, type Page } from '@playwright/test';

export type ViewName = 'Pictures' | 'Train' | 'Result' | 'Use it' | 'My models' | 'Runs' | 'Settings';
export const VIEW_NAMES: readonly ViewName[] = [
  'Pictures',
  'Train',
  'Result',
  'Use it',
  'My models',
  'Runs',
  'Settings',
];

/** What is chosen under "How thorough?", as the app calls it inside, and its words on the screen. */
export const PRESETS = ['head', 'finetune'] as const;
export type Preset = (typeof PRESETS)[number];
const PRESET_LABELS: Readonly<Record<Preset, string>> = { head: 'Quick', finetune: 'Thorough' };

/** The ready-made recipes, likewise. */
const RECIPE_LABELS: Readonly<Record<string, string>> = {
  'animals-frozen': 'Animals, frozen ResNet50, 20 epochs',
  'resnet50-two-phases': 'ResNet50 in two phases, 1e-4 then 1e-5',
  'cifar-resnet18': 'CIFAR-10, ResNet18 from scratch',
  'plain-cnn': 'Plain CNN from scratch',
  densenet121: 'DenseNet121, 25 epochs',
};

/** What is chosen before a model is downloaded; as it is proposed where it is absent. */
export interface DownloadChoices {
  /** As it stands in the list. */
  readonly format?: string;
  readonly precision?: 'float32' | 'float16' | 'int8';
}

/** Label to probability. */
export type Guesses = Readonly<Record<string, number>>;

/** The longest that loading and choosing a backend may take on a slow machine. */
export const PREPARE_MS = 90_000;

/** Texts that stood on the page, for `watchText`. */
type Looking = Window & { seenTexts?: string[] };

export class Person {
  readonly main: Locator;
  readonly notices: Locator;

  constructor(readonly page: Page) {
    this.main = page.getByRole('main');
    this.notices = page.getByRole('region', { name: 'Messages' });
  }

  async open(address = './'): Promise<void> {
    await this.page.goto(address);
    await expect(this.page.getByRole('heading', { level: 1 })).toBeVisible();
  }

  /** The first visit is over once the app says that it opens without the internet. */
  async waitUntilOfflineReady(): Promise<void> {
    await expect(this.notices).toContainText('opens without the internet', { timeout: 30_000 });
  }

  async goTo(view: ViewName): Promise<void> {
    const steps = this.page.getByRole('navigation', { name: 'Steps' });
    const link = steps.getByRole('link', { name: view, exact: true });
    if (view === 'Runs' && !(await link.isVisible())) {
      // On a phone there is no room for them below the thumb: they are reached from the models.
      await this.goTo('My models');
      await this.main.getByRole('link', { name: 'Compare runs' }).click();
    } else {
      await link.click();
      // Until then the heading is that of the view before.
      await expect(link).toHaveAttribute('aria-current', 'page');
    }
    await expect(this.page.getByRole('heading', { level: 1 })).toBeVisible();
  }

  /** Through the system's dialog, which the browser answers with `paths`. */
  async choose(button: string, paths: string | readonly string[]): Promise<void> {
    const chooser = this.page.waitForEvent('filechooser');
    await this.main.getByRole('button', { name: button, exact: true }).click();
    await (await chooser).setFiles(typeof paths === 'string' ? paths : [...paths]);
  }

  async addFolder(folder: string): Promise<void> {
    await this.choose('Choose a folder', folder);
  }

  async addFiles(paths: readonly string[]): Promise<void> {
    await this.choose('Choose files', paths);
  }

  async expectAdded(count: number): Promise<void> {
    await expect(this.notices).toContainText(`${count} pictures added`, { timeout: 60_000 });
  }

  /** Class to its pictures for training, validation and test. */
  async splits(): Promise<Record<string, readonly [number, number, number]>> {
    const table = this.main.getByRole('table', { name: 'Pictures per class and split' });
    await expect(table).toBeVisible();
    const rows = table.locator('tbody tr');
    const found: Record<string, readonly [number, number, number]> = {};
    for (const row of await rows.all()) {
      const name = await row.getByRole('rowheader').innerText();
      const [train, validation, test] = (await row.getByRole('cell').allInnerTexts()).map(Number);
      found[name] = [train ?? Number.NaN, validation ?? Number.NaN, test ?? Number.NaN];
    }
    return found;
  }

  /** Class to its number of pictures. */
  async counts(): Promise<Record<string, number>> {
    const splits = Object.entries(await this.splits());
    return Object.fromEntries(splits.map(([name, parts]) => [name, parts.reduce((sum, n) => sum + n, 0)]));
  }

  /** One of the panels below the big button of the train view. */
  async unfold(title: string): Promise<void> {
    const toggle = this.main.getByRole('button', { name: title, exact: true });
    if ((await toggle.getAttribute('aria-expanded')) !== 'true') await toggle.click();
  }

  /** On the train view. Sets augmentation and fine-tuning to those of the preset. */
  async choosePreset(preset: Preset): Promise<void> {
    const choices = this.main.getByRole('radiogroup', { name: 'How thorough?' });
    await choices.getByRole('radio', { name: PRESET_LABELS[preset], exact: true }).check();
  }

  /** On the train view. */
  async setAugmentation(isOn: boolean): Promise<void> {
    await this.unfold('Vary the pictures (augmentation)');
    const label = 'Vary the pictures while learning (augmentation)';
    await this.main.getByRole('switch', { name: label }).setChecked(isOn);
  }

  /** On the train view: a ready-made recipe, or one in a file. @param recipe id, or path */
  async followRecipe(recipe: string): Promise<void> {
    await this.unfold('Recipes: as tutorials do it');
    const label = RECIPE_LABELS[recipe];
    if (label !== undefined) await this.main.getByRole('button', { name: label, exact: true }).click();
    else await this.choose('Open a recipe file', recipe);
    await expect(this.notices).toContainText('All settings are those of');
  }

  /** On the train view. @param name as the button has it */
  async setAugmentationPreset(name: string): Promise<void> {
    await this.unfold('Vary the pictures (augmentation)');
    await this.main
      .getByRole('group', { name: 'Ready-made strengths' })
      .getByRole('button', { name, exact: true })
      .click();
  }

  /** On the train view: switches fine-tuning on and fills in its fields. */
  async setFineTuning(values: Readonly<Record<string, number>>): Promise<void> {
    await this.unfold('Adapt the network too (fine-tuning)');
    await this.main
      .getByRole('switch', { name: 'Also adapt the network itself (fine-tuning)' })
      .setChecked(true);
    for (const [label, value] of Object.entries(values)) {
      // A person writes 0.0000001, not 1e-7; the fields take seven decimals.
      await this.main.getByLabel(label).fill(value.toFixed(7).replace(/\.?0+$/, ''));
    }
  }

  /** On the train view. */
  async setAdvanced(
    values: Readonly<Record<string, number>>,
    earlyStopping: boolean | null = true,
  ): Promise<void> {
    await this.unfold('Advanced');
    for (const [label, value] of Object.entries(values)) {
      await this.main.getByLabel(label).fill(String(value));
    }
    if (earlyStopping === null) return;
    const stopping = this.main.getByRole('switch', { name: 'Stop when it gets no better (early stopping)' });
    await stopping.setChecked(earlyStopping);
  }

  async pressTrain(): Promise<void> {
    await this.main.getByRole('button', { name: /^Train( again)?$/ }).click();
  }

  /** Waits until the result of a run is on the screen. */
  async expectResult(timeoutMs = 2 * PREPARE_MS): Promise<void> {
    await this.page.waitForURL(/#\/result\//, { timeout: timeoutMs });
    await expect(this.page.getByTestId('accuracy')).toBeVisible();
  }

  /** Test accuracy on the result view, 0–1. */
  async accuracy(): Promise<number> {
    const percent = Number.parseFloat(await this.page.getByTestId('accuracy').innerText());
    return Math.round(percent * 10) / 1000;
  }

  async modelName(): Promise<string> {
    return this.page.getByRole('heading', { level: 1 }).innerText();
  }

  /** On "Use it": classifies and reads the numbers from the table that the app offers. File name to its guesses. */
  async classify(paths: readonly string[]): Promise<Record<string, Guesses>> {
    // What is still listed is first classified by the model that is chosen now; then the list can be cleared.
    if (await this.main.getByRole('list', { name: 'Results' }).isVisible()) {
      await this.main.getByRole('button', { name: 'Clear the list' }).click({ timeout: PREPARE_MS });
    }
    await this.choose('Choose pictures', paths);
    return this.readTable(paths.length);
  }

  /** Waits for `count` classified pictures and downloads the table. */
  async readTable(count: number): Promise<Record<string, Guesses>> {
    // Not by looking once a second: whoever classifies a thousand times waits for it as often.
    const done = this.main.getByText(new RegExp(`^${count} pictures? (is|are) done\\.`));
    await done.waitFor({ timeout: PREPARE_MS });
    const download = this.page.waitForEvent('download');
    await this.main.getByRole('button', { name: 'Download as a table (CSV)' }).click();
    const csv = await readFile(await (await download).path(), 'utf8');
    const lines = csv.replace('\uFEFF', '').trim().split('\r\n').slice(1);
    return Object.fromEntries(
      lines.map((line) => {
        const [file = '', ...cells] = line.match(/"(?:[^"]|"")*"|[^,]+/g) ?? [];
        const guesses: Record<string, number> = {};
        for (let i = 0; i + 1 < cells.length; i += 2) guesses[cells[i] ?? ''] = Number(cells[i + 1]);
        return [file, guesses];
      }),
    );
  }

  async chooseClassifier(label: string): Promise<void> {
    await this.main.getByRole('combobox', { name: 'Classify with' }).selectOption({ label });
  }

  /** On "My models": opens a model file and waits for the message. */
  async importModel(file: string): Promise<void> {
    await this.choose('Open a model file', file);
    await expect(this.notices).toContainText('was added to your models', { timeout: PREPARE_MS });
  }

  /** On a result: asks for the model's file, and does not wait for it. */
  async askForModelFile({ format, precision }: DownloadChoices = {}): Promise<void> {
    await this.main.getByRole('button', { name: 'Download', exact: true }).click();
    const dialog = this.page.getByRole('dialog', { name: 'Download the model' });
    if (format !== undefined) await dialog.getByRole('radio', { name: format, exact: true }).check();
    if (precision !== undefined)
      await dialog.getByRole('combobox', { name: /^Size of the file/ }).selectOption(precision);
    await dialog.getByRole('button', { name: 'Download', exact: true }).click();
  }

  /** On a result: the model's file, at `to`. */
  async exportModel(to: string, choices: DownloadChoices = {}): Promise<void> {
    const download = this.page.waitForEvent('download', { timeout: PREPARE_MS });
    await this.askForModelFile(choices);
    await (await download).saveAs(to);
  }

  /**
   * Keeps every text that ever stands on the page and fits `pattern`, also for a blink.
   * Returns a function that reads them.
   */
  async watchText(pattern: RegExp): Promise<() => Promise<readonly string[]>> {
    await this.page.evaluate((source) => {
      const wanted = new RegExp(source, 'g');
      const seen: string[] = [];
      (window as Looking).seenTexts = seen;
      const look = () => {
        for (const [text] of (document.body.innerText ?? '').matchAll(wanted)) {
          if (!seen.includes(text)) seen.push(text);
        }
      };
      new MutationObserver(look).observe(document.body, {
        subtree: true,
        childList: true,
        characterData: true,
      });
      look();
    }, pattern.source);
    return () =>
      this.page.evaluate(() => {
        const { seenTexts } = window as Looking;
        if (!seenTexts) throw new Error('the page was loaded anew and has forgotten what stood on it');
        return seenTexts;
      });
  }
}
