import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serveDist } from './serve.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'headstart-serve-'));
  const policy = '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'" />';
  await writeFile(join(folder, 'index.html'), `<!doctype html>${policy}`);
  await writeFile(join(folder, 'worker.js'), '');
});

afterAll(() => rm(folder, { recursive: true }));

describe('serveDist', () => {
  it('serves the app from a sub-path and nothing beside it', async () => {
    const app = await serveDist({ folder, port: 0, basePath: '/somewhere/else/' });
    const page = await fetch(app.url);
    expect(page.headers.get('Content-Type')).toContain('text/html');
    expect((await fetch(new URL('/index.html', app.url))).status).toBe(404);
    expect((await fetch(new URL('no-such-file.bin', app.url))).status).toBe(404);
    await app.close();
  });

  it('sends the policy of the page to everything, workers included, unless told not to', async () => {
    const policies = await Promise.all(
      [true, false].map(async (isolated) => {
        const app = await serveDist({ folder, port: 0, isolated });
        const { headers } = await fetch(new URL('worker.js', app.url));
        await app.close();
        return headers.get('Content-Security-Policy');
      }),
    );
    expect(policies).toEqual(["default-src 'none'; frame-ancestors 'none'", null]);
  });

  it('isolates the page, so that workers may share memory, unless told not to', async () => {
    const policies = await Promise.all(
      [true, false].map(async (isolated) => {
        const app = await serveDist({ folder, port: 0, isolated });
        const { headers } = await fetch(app.url);
        await app.close();
        return [headers.get('Cross-Origin-Opener-Policy'), headers.get('Cross-Origin-Embedder-Policy')];
      }),
    );
    expect(policies).toEqual([
      ['same-origin', 'require-corp'],
      [null, null],
    ]);
  });

  it('goes on to the next port if it may, and says so if it may not', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, 'localhost', resolve));
    const { port } = other.address() as AddressInfo;
    await expect(serveDist({ folder, port })).rejects.toThrow(String(port));
    const app = await serveDist({ folder, port, furtherPorts: 20 });
    expect(app.port).toBeGreaterThan(port);
    await app.close();
    other.close();
  });
});
