/** The short list of what must work in every browser; each check goes on where the one before has left the page. */
import { basename } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Visitor } from './visitor.ts';

/** A training may take long on a slow machine. */
const TRAINING_MS = 3_600_000;
const ACCURACY_ABOVE = 0.95;
/** Longer than a checkpoint needs to reach the disk. */
const KEPT_AFTER_MS = 4000;

/** What a check gets. */
export interface Scene {
  readonly visitor: Visitor;
  /** Of the app. */
  readonly url: string;
  /** From now on nobody answers there, until `plugIn`. */
  readonly unplug: () => Promise<void>;
  readonly plugIn: () => Promise<void>;
  /** An archive of a few pictures in three classes. */
  readonly smallSet: string;
  /** A picture of a cat. */
  readonly cat: string;
}

export interface Check {
  readonly name: string;
  /** @returns a figure or a word for the table @throws Error where it does not work */
  readonly run: (scene: Scene) => Promise<string>;
}

const MAIN = { role: 'main' } as const;
const TRAIN = { role: 'button', name: '/^Train( again)?$/', within: MAIN } as const;
const INTERRUPTED = { role: 'region', name: 'A training was interrupted' } as const;
const EPOCHS = 'Rounds at most (epochs)';
const EARLY_STOPPING = {
  role: 'switch',
  name: '/^Stop when it gets no better/',
  within: MAIN,
} as const;

/** Waits for the result of a run. @returns its test accuracy, 0–1 */
async function resultOf(visitor: Visitor): Promise<number> {
  const { text } = await visitor.waitForText(MAIN, /pictures right \(\w+ accuracy\)/, TRAINING_MS);
  return Number(/([\d.]+)\s*%/.exec(text)?.[1]) / 100;
}

function toPercent(fraction: number): string {
  return `${(fraction * 100).toFixed(1)} %`;
}

/** @returns what the model that is chosen takes the picture for @throws Error if that is not a class of animals */
async function classify({ visitor, cat }: Scene): Promise<string> {
  if (await visitor.see({ role: 'list', name: 'Results', within: MAIN }))
    await visitor.pressButton('Clear the list', TRAINING_MS);
  await visitor.choose('Choose pictures', [cat]);
  await visitor.waitForText({ role: 'status', within: MAIN }, /1 picture is done\./, TRAINING_MS);
  const { text } = await visitor.waitFor({ role: 'list', name: 'Results', within: MAIN });
  const [, label = '', percent = ''] = /(\S+)\s+([\d.]+)\s*%/.exec(text.replace(basename(cat), '')) ?? [];
  if (label !== 'animals') throw new Error(`a cat is taken for “${label}”: ${text}`);
  return `${label} ${percent} %`;
}

async function openShownModel(visitor: Visitor): Promise<void> {
  await visitor.press({ role: 'link', name: 'Use it', within: MAIN });
  await visitor.waitFor({ role: 'combobox', name: 'Classify with', within: MAIN });
}

async function addSmallSet({ visitor, smallSet }: Scene): Promise<void> {
  await visitor.goTo('Pictures');
  await visitor.choose('Choose files', [smallSet]);
  await visitor.waitForMessage(/24 pictures added/, TRAINING_MS);
}

const sampleSet: Check = {
  name: `the sample set trains to above ${ACCURACY_ABOVE}`,
  async run({ visitor, url }) {
    await visitor.tab.open(url);
    await visitor.waitUntilOfflineReady();
    await visitor.pressButton('Try the sample set');
    await visitor.waitForMessage(/269 pictures added/, TRAINING_MS);
    await visitor.goTo('Train');
    await visitor.press(TRAIN);
    const startMs = performance.now();
    const accuracy = await resultOf(visitor);
    if (accuracy <= ACCURACY_ABOVE) throw new Error(`accuracy is ${toPercent(accuracy)}`);
    return `${toPercent(accuracy)} in ${((performance.now() - startMs) / 1000).toFixed(0)} s`;
  },
};

const smallSample: Check = {
  name: 'a few pictures train',
  async run(scene) {
    const { visitor, url } = scene;
    await visitor.tab.open(url);
    await visitor.waitUntilOfflineReady();
    await addSmallSet(scene);
    await visitor.goTo('Train');
    await visitor.press(TRAIN);
    return toPercent(await resultOf(visitor));
  },
};

const reload: Check = {
  name: 'it is still there after a reload',
  async run({ visitor }) {
    const before = await resultOf(visitor);
    await visitor.tab.reload();
    const after = await resultOf(visitor);
    if (after !== before) throw new Error(`${toPercent(before)} became ${toPercent(after)}`);
    await visitor.goTo('Pictures');
    await visitor.waitForText(MAIN, /Ready to train\s+\d+ pictures/);
    await visitor.goTo('Result');
    return toPercent(await resultOf(visitor));
  },
};

const classifyFile: Check = {
  name: 'a file is classified',
  async run(scene) {
    await scene.visitor.goTo('Result');
    await openShownModel(scene.visitor);
    return classify(scene);
  },
};

const offline: Check = {
  name: 'it works without the internet',
  async run(scene) {
    await scene.unplug();
    try {
      await scene.visitor.tab.reload();
      await scene.visitor.waitFor({ role: 'combobox', name: 'Classify with', within: MAIN });
      return await classify(scene);
    } finally {
      await scene.plugIn();
    }
  },
};

const webcam: Check = {
  name: 'the webcam is classified live',
  async run({ visitor }) {
    await visitor.goTo('Use it');
    await visitor.press({ role: 'tab', name: 'Camera', within: MAIN });
    await visitor.pressButton('Start the camera');
    const bars = { role: 'list', name: 'Most likely classes', within: MAIN };
    await visitor.waitForText(bars, /[\d.]+\s*%/, TRAINING_MS);
    const { text } = await visitor.waitForText(MAIN, /[\d.]+ frames per second/);
    await visitor.pressButton('Stop the camera');
    await visitor.press({ role: 'tab', name: 'Pictures', within: MAIN });
    return `${/([\d.]+) frames per second/.exec(text)?.[1]} a second`;
  },
};

const exportAndImport: Check = {
  name: 'a model goes out as a file and comes back',
  async run(scene) {
    const { visitor } = scene;
    await visitor.goTo('Result');
    await resultOf(visitor);
    await visitor.pressButton('Download');
    const dialog = { role: 'dialog', name: 'Download the model' };
    const file = await visitor.download(
      () => visitor.press({ role: 'button', name: 'Download', within: dialog }),
      TRAINING_MS,
    );
    await visitor.goTo('My models');
    await visitor.choose('Open a model file', [file]);
    await visitor.waitForMessage(/was added to your models/, TRAINING_MS);
    // The newest is the first.
    await visitor.press({ role: 'link', name: '/^Use it: /', within: MAIN });
    await visitor.waitFor({ role: 'combobox', name: 'Classify with', within: MAIN });
    return classify(scene);
  },
};

const resume: Check = {
  name: 'an interrupted run goes on',
  async run({ visitor }) {
    await visitor.goTo('Train');
    await visitor.unfold('Advanced');
    await visitor.fill(EPOCHS, 1000);
    await visitor.set(EARLY_STOPPING, false);
    await visitor.press(TRAIN);
    // Before its first epoch there is nothing to go on from.
    const stop = { role: 'button', name: 'Stop early and keep', within: MAIN } as const;
    await visitor.waitFor(stop, { fits: ({ isDisabled }) => !isDisabled, withinMs: TRAINING_MS });
    await visitor.pressButton('Pause');
    await visitor.waitForText(MAIN, /Paused\. What has been learned is kept/, TRAINING_MS);
    await pause(KEPT_AFTER_MS);
    await visitor.tab.reload();
    const { text } = await visitor.waitForText(INTERRUPTED, /got as far as epoch \d+ of 1,?000/);
    await visitor.press({ role: 'button', name: 'Go on', within: INTERRUPTED });
    await visitor.pressButton('Stop early and keep', TRAINING_MS);
    const accuracy = await resultOf(visitor);
    const facts = await visitor.waitFor({ role: 'row', name: '/^Epochs /', within: MAIN });
    const reached = Number(/epoch (\d+) of/.exec(text)?.[1]);
    const done = Number(/([\d,]+) done/.exec(facts.text)?.[1]?.replace(',', ''));
    if (!(done >= reached)) throw new Error(`kept at epoch ${reached}, ended with ${facts.text}`);
    return `from epoch ${reached} to ${done}, ${toPercent(accuracy)}`;
  },
};

const secondPhase: Check = {
  name: 'the second phase (fine-tuning) trains',
  async run(scene) {
    const { visitor } = scene;
    await visitor.goTo('Pictures');
    await visitor.pressButton('Start over');
    await visitor.waitFor({ role: 'button', name: 'Try the sample set', within: MAIN });
    await addSmallSet(scene);
    await visitor.goTo('Train');
    await visitor.set({ role: 'radio', name: '/^Thorough/', within: MAIN }, true);
    await visitor.unfold('Adapt the network too (fine-tuning)');
    await visitor.fill('Rounds of fine-tuning (epochs)', 1);
    await visitor.unfold('Vary the pictures (augmentation)');
    await visitor.set({ role: 'switch', name: '/^Vary the pictures while learning/', within: MAIN }, false);
    await visitor.unfold('Advanced');
    await visitor.fill(EPOCHS, 2);
    await visitor.press(TRAIN);
    const startMs = performance.now();
    const accuracy = await resultOf(visitor);
    await visitor.waitForText({ role: 'table', name: 'Settings', within: MAIN }, /second phase\s+1/);
    await visitor.waitForText(MAIN, /fine-tuning from here/);
    return `${toPercent(accuracy)} in ${((performance.now() - startMs) / 1000).toFixed(0)} s`;
  },
};

/** What every browser is asked; the figures of the first are told beside each other. */
export const CHECKS: readonly Check[] = [
  sampleSet,
  reload,
  classifyFile,
  offline,
  webcam,
  exportAndImport,
  resume,
  secondPhase,
];

/** The same from fewer pictures, for browsers from which something was taken away. */
export const QUICK_CHECKS: readonly Check[] = [
  smallSample,
  reload,
  classifyFile,
  offline,
  webcam,
  exportAndImport,
  resume,
  secondPhase,
];
