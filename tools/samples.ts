/** Draws the sample set from openly licensed emoji art, so that anybody can train a classifier in one click. */
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { initWasm, Resvg } from '@resvg/resvg-wasm';
import { Uint8ArrayReader, Uint8ArrayWriter, ZipWriter } from '@zip.js/zip.js';
import { z } from 'zod';
import { isMain, SAMPLES_DIR, shown } from './paths.ts';
import { CLASSES, HAND_TONES } from './sampleClasses.ts';
import { runMain, say, toMegabytes } from './say.ts';

/** Raise it when this file's output changes, so that set-up draws again. */
const VERSION = 1;
const SIZE_PX = 224;
/** Fraction of the drawing left white on each side: art that touches the edge looks cut off. */
const MARGIN_FRACTION = 0.06;
const ARCHIVE = 'emoji.zip';

interface ArtStyle {
  readonly id: string;
  readonly package: string;
  /** Added to an emoji's name for a skin tone. */
  readonly toneSuffix: (tone: string) => string;
}

const STYLES: readonly ArtStyle[] = [
  { id: 'noto', package: '@iconify-json/noto', toneSuffix: (tone) => `-${tone}-skin-tone` },
  { id: 'twemoji', package: '@iconify-json/twemoji', toneSuffix: (tone) => `-${tone}-skin-tone` },
  { id: 'fluent', package: '@iconify-json/fluent-emoji-flat', toneSuffix: (tone) => `-${tone}` },
];

const iconsSchema = z.object({
  icons: z.record(z.string(), z.object({ body: z.string() })),
  width: z.number().positive(),
  height: z.number().positive(),
});
const infoSchema = z.object({
  name: z.string(),
  author: z.object({ name: z.string(), url: z.string() }),
  license: z.object({ title: z.string(), spdx: z.enum(['Apache-2.0', 'CC-BY-4.0', 'MIT']), url: z.string() }),
});
const summarySchema = z.object({ version: z.literal(VERSION), archive: z.string(), sizeBytes: z.number() });

interface Picture {
  readonly path: string;
  readonly png: Uint8Array;
}

const require = createRequire(import.meta.url);

async function readJson(specifier: string): Promise<unknown> {
  return JSON.parse(await readFile(require.resolve(specifier), 'utf8'));
}

type IconSet = z.infer<typeof iconsSchema>;

function draw(set: IconSet, name: string): Uint8Array {
  const icon = set.icons[name];
  if (!icon) throw new Error(`no emoji ${name}`);
  const margin = set.width * MARGIN_FRACTION;
  const viewBox = [-margin, -margin, set.width + 2 * margin, set.height + 2 * margin].join(' ');
  const namespaces = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"';
  const svg = `<svg ${namespaces} width="${SIZE_PX}" height="${SIZE_PX}" viewBox="${viewBox}">${icon.body}</svg>`;
  try {
    return new Resvg(svg, { background: 'white', font: { loadSystemFonts: false } }).render().asPng();
  } catch (error) {
    throw new Error(`${name} could not be drawn`, { cause: error });
  }
}

/** Every picture of every class, in a fixed order. The same emoji has the same name after the style's. */
async function drawAll(): Promise<Picture[]> {
  await initWasm(await readFile(require.resolve('@resvg/resvg-wasm/index_bg.wasm')));
  const pictures: Picture[] = [];
  for (const [styleIndex, style] of STYLES.entries()) {
    const set = iconsSchema.parse(await readJson(`${style.package}/icons.json`));
    for (const { className, emoji, only, hasTones } of CLASSES) {
      const names = [...emoji, ...(only[style.id] ?? [])];
      for (const [index, name] of names.entries()) {
        const tone = hasTones ? HAND_TONES[(index + styleIndex * 2) % HAND_TONES.length] : null;
        const png = draw(set, tone ? name + style.toneSuffix(tone) : name);
        pictures.push({ path: `${className}/${style.id}_${name}.png`, png });
      }
    }
  }
  return pictures.sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function toZip(pictures: readonly Picture[]): Promise<Uint8Array> {
  const writer = new ZipWriter(new Uint8ArrayWriter(), {
    useWebWorkers: false,
    // PNG is packed already; and with no times in it the same pictures give the same bytes.
    level: 0,
    lastModDate: new Date(2020, 0, 1),
    extendedTimestamp: false,
  });
  for (const { path, png } of pictures) await writer.add(path, new Uint8ArrayReader(png));
  return writer.close();
}

async function readCredits() {
  return Promise.all(
    STYLES.map(async (style) => {
      const info = infoSchema.parse(await readJson(`${style.package}/info.json`));
      return {
        name: info.name,
        author: info.author.name,
        licence: info.license.title,
        licenceUrl: info.license.url,
        url: info.author.url,
      };
    }),
  );
}

async function isFinished(): Promise<boolean> {
  try {
    const summary = summarySchema.parse(
      JSON.parse(await readFile(join(SAMPLES_DIR, 'samples.json'), 'utf8')),
    );
    return (await stat(join(SAMPLES_DIR, summary.archive))).size === summary.sizeBytes;
  } catch {
    // Absent, cut off or of another version: in every case the answer is to draw it anew.
    return false;
  }
}

/** Makes `public/samples/` unless it is there. */
export async function buildSamples(): Promise<void> {
  if (await isFinished()) {
    say(`Samples: ready in ${shown(SAMPLES_DIR)}`);
    return;
  }
  say('Drawing the sample pictures …');
  const pictures = await drawAll();
  const zip = await toZip(pictures);
  const summary = {
    version: VERSION,
    titleKey: 'samples.emoji',
    archive: ARCHIVE,
    sizeBytes: zip.length,
    classes: CLASSES.map(({ className }) => ({
      name: className,
      count: pictures.filter(({ path }) => path.startsWith(`${className}/`)).length,
    })),
    count: pictures.length,
    groupPattern: '^[^_]+_(.+)\\.png$',
    credits: await readCredits(),
  };
  const half = `${SAMPLES_DIR}.${process.pid}.tmp`;
  await mkdir(half, { recursive: true });
  try {
    await writeFile(join(half, ARCHIVE), zip);
    await writeFile(join(half, 'samples.json'), `${JSON.stringify(summary, null, 2)}\n`);
    await rm(SAMPLES_DIR, { recursive: true, force: true });
    await rename(half, SAMPLES_DIR);
  } finally {
    await rm(half, { recursive: true, force: true });
  }
  say(`Samples: ${pictures.length} pictures, ${toMegabytes(zip.length)}, written to ${shown(SAMPLES_DIR)}`);
}

if (isMain(import.meta.url)) await runMain(buildSamples);
