/** How fast each backbone gives features on our own kernels, in one thread, beside ResNet50: by picture and by multiply-add. */
import { DEFAULT_BACKBONE_ID } from '../../src/network/backbones/defaultBackbone.ts';
import { cutAfter } from '../../src/network/cut.ts';
import { listBackbones } from '../backbones.ts';
import { CHROMIUM_FLAGS, ensureChromium } from '../chromium.ts';
import { SetupError, say } from '../say.ts';
import { setUp } from '../setup.ts';
import { readBackbonesOptions } from './backbonesOptions.ts';
import type { BackbonesBench } from './backbonesPage.ts';
import { type BackboneTime, gigaMultiplyAdds, toBackbonesTable, toRows } from './backbonesResult.ts';
import { createBrowsers } from './pages.ts';
import { buildPages, servePages } from './server.ts';

/** Prints a table, and with `--json` all figures. @throws SetupError in words for a person */
export async function benchBackbones(args: readonly string[]): Promise<void> {
  const { backbones: wanted, arithmetics, rounds, pictures, json } = readBackbonesOptions(args);
  const all = await listBackbones();
  const unknown = wanted?.find((id) => !all.some((backbone) => backbone.id === id));
  if (unknown !== undefined)
    throw new SetupError(`No backbone ${unknown}; there are: ${all.map(({ id }) => id).join(', ')}.`);
  await setUp();
  const executablePath = await ensureChromium();
  await buildPages();
  const pages = await servePages(null);
  const browsers = createBrowsers(executablePath, CHROMIUM_FLAGS);
  try {
    const page = await browsers.open<BackbonesBench>(`${pages.url}/backbonesPage.html`);
    const opened: { readonly number: number; readonly time: Omit<BackboneTime, 'msPerPicture'> }[] = [];
    for (const { id, buildNodes, featureNode } of all) {
      if (wanted !== null && !wanted.includes(id) && id !== DEFAULT_BACKBONE_ID) continue;
      const { nodes } = cutAfter({ name: id, nodes: buildNodes(), weights: {} }, featureNode);
      for (const arithmetic of arithmetics) {
        const { id: number, build } = await page.call('open', nodes, arithmetic);
        opened.push({ number, time: { id, arithmetic, gigaMultiplyAdds: gigaMultiplyAdds(nodes) } });
        say(`${id}, ${arithmetic}: ready, ${build} SIMD`);
      }
    }
    // Whatever else runs on the machine only adds time: the quickest run of each says what it can do.
    const quickest = opened.map(() => Number.POSITIVE_INFINITY);
    for (let round = 1; round <= rounds; round++) {
      for (const [place, { number }] of opened.entries())
        quickest[place] = Math.min(quickest[place] ?? 0, await page.call('run', number, pictures));
      say(`Round ${round} of ${rounds} done`);
    }
    const times = opened.map(({ time }, place) => ({ ...time, msPerPicture: quickest[place] ?? 0 }));
    const rows = toRows(times, DEFAULT_BACKBONE_ID);
    say(`\n${toBackbonesTable(rows, DEFAULT_BACKBONE_ID)}`);
    if (json) say(JSON.stringify(rows));
  } finally {
    await browsers.closeAll();
    pages.close();
  }
}
