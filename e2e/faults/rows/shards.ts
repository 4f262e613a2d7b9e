/** The weights arrive corrupted, truncated, not at all, with an error or cut off: mended by a second try, or named. */
import type { ServerResponse } from 'node:http';
import type { Response } from '@playwright/test';
import type { Fault } from '../fault.ts';
import { serveInFront } from '../inFront.ts';
import { waitForEnd, waitForNextEnd } from '../keptModels.ts';
import { addDiscs, beginQuick, serveTinyApp } from '../tinyApp.ts';

const RUN_MS = 60_000;
const LIMIT_MS = 180_000;

/** Each answers a request for a shard of so many bytes. */
const DAMAGES: Readonly<Record<string, (response: ServerResponse, shard: Uint8Array) => void>> = {
  corrupted: (response, shard) => {
    const wrong = Uint8Array.from(shard);
    for (let i = 0; i < wrong.length; i += 7) wrong[i] = (wrong[i] ?? 0) ^ 0x55;
    response.writeHead(200).end(wrong);
  },
  truncated: (response, shard) => void response.writeHead(200).end(shard.subarray(0, shard.length / 2)),
  'longer than it says': (response, shard) => void response.writeHead(200).end(Buffer.concat([shard, shard])),
  missing: (response) => void response.writeHead(404).end(),
  'an error of the server (500)': (response) => void response.writeHead(500).end('out of order'),
  'the page of a host that knows no 404': (response) =>
    void response.writeHead(200, { 'Content-Type': 'text/html' }).end('<!doctype html><title>Home</title>'),
  'cut off': (response, shard) => {
    response.writeHead(200, { 'Content-Length': shard.length });
    response.write(shard.subarray(0, shard.length / 2), () => response.destroy());
  },
};

export const fault: Fault = {
  id: 'shards',
  title: 'weights’ shard corrupted, truncated, missing, 500, cut',
  place: 7,
  async run(scene) {
    const { attempt, launch, closeLater, times } = scene;
    const app = await serveTinyApp(scene);
    let damage: ((response: ServerResponse, shard: Uint8Array) => void) | null = null;
    let left = 0;
    let asked = 0;
    const shards = new Map<string, Uint8Array>();
    const server = await serveInFront(app.url, (request, response) => {
      const address = request.url ?? '';
      if (!/\/weights\/.*\.bin(\?|$)/.test(address)) return false;
      asked += 1;
      if (!damage || left === 0) return false;
      left -= 1;
      damage(response, shards.get(address.split('?')[0] ?? '') ?? new Uint8Array(1000));
      return true;
    });
    closeLater(server);
    const visitor = await launch(server.url);

    // What a whole shard is, for those that are to arrive in part.
    await visitor.open();
    const learned = { ...app, visitor };
    const bodies: Promise<void>[] = [];
    const keep = (response: Response) => {
      const { pathname } = new URL(response.url());
      if (!/\/weights\/.*\.bin$/.test(pathname) || !response.ok()) return;
      const kept = response.body().then(
        (body) => void shards.set(pathname, body),
        () => undefined,
      );
      bodies.push(kept);
    };
    visitor.context.on('response', keep);
    await addDiscs(learned);
    await beginQuick(visitor, 2);
    await waitForEnd(visitor, RUN_MS);
    // No longer: a damaged one would be taken for a whole one, and damaged twice it is whole.
    visitor.context.off('response', keep);
    await Promise.all(bodies);
    if (shards.size === 0) throw new Error('no shard was asked for');

    for (const [name, make] of Object.entries(DAMAGES)) {
      for (const often of times(1, 0) ? ([1, 1000] as const) : ([1000] as const)) {
        await attempt(`${name}, ${often === 1 ? 'once' : 'every time'}`, visitor, LIMIT_MS, async () => {
          damage = null;
          await visitor.startAnew(true);
          await addDiscs(learned);
          damage = make;
          left = often;
          asked = 0;
          await beginQuick(visitor, 2);
          const first = await waitForEnd(visitor, RUN_MS);
          damage = null;
          if (asked === 0) throw new Error('no shard was asked for');
          if (first.modelId !== null && often > 1)
            throw new Error('it trained on weights that never arrived');
          if (first.modelId !== null) return;
          // It has said so. Once the server is right again, so is the page.
          await visitor.person.main.getByRole('button', { name: 'Try again' }).first().click();
          const second = await waitForNextEnd(visitor, RUN_MS);
          if (second.words !== null) throw new Error(`with whole weights again it says: ${second.words}`);
        });
      }
    }
  },
};
