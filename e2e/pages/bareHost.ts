/** A host that sends the app's files without any header of its own, as many do, and puts newer ones in their place. */
import { cp, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { basename, extname, join, relative } from 'node:path';
import sirv from 'sirv';
import { DIST_DIR } from '../../tools/paths.ts';
import { serve, type TestServer } from './servers.ts';

export interface BareHost extends TestServer {
  /** From now on it serves that folder and has forgotten the one before. */
  deploy(folder: string): void;
}

type Answer = (response: ServerResponse, request: IncomingMessage) => void;

/** @param answers by path, in place of the file */
export async function serveBare(
  answers: Readonly<Record<string, Answer>> = {},
  folder = DIST_DIR,
): Promise<BareHost> {
  const filesOf = (of: string) => sirv(of, { etag: true, dev: true });
  // The same in every version, and large.
  const shared = filesOf(DIST_DIR);
  let handle = filesOf(folder);
  const server = await serve((request, response) => {
    const answer = answers[request.url ?? ''];
    if (answer) return answer(response, request);
    const isShared = /^\/(weights|samples)\//.test(request.url ?? '');
    (isShared ? shared : handle)(request, response, () => void response.writeHead(404).end());
  });
  return { ...server, deploy: (next) => (handle = filesOf(next)) };
}

const TEXTS = new Set(['.js', '.css', '.html', '.json']);

/**
 * Copies the build into `folder` as if it were a newer one: every script has another name and the page another content.
 * Says `version` in a meta element.
 */
export async function makeNewerBuild(folder: string, version: string): Promise<void> {
  const isOfVersion = (path: string) => !/^(weights|samples)/.test(relative(DIST_DIR, path));
  await cp(DIST_DIR, folder, { recursive: true, filter: isOfVersion });
  const assets = join(folder, 'assets');
  const scripts = (await readdir(assets)).filter((name) => name.endsWith('.js'));
  const newName = (name: string) => `${basename(name, '.js')}${version}.js`;
  const texts = [
    ...(await readdir(assets)).map((name) => join(assets, name)),
    ...['index.html', 'sw.js'].map((name) => join(folder, name)),
  ].filter((file) => TEXTS.has(extname(file)));
  for (const file of texts) {
    let text = await readFile(file, 'utf8');
    for (const name of scripts) text = text.replaceAll(name, newName(name));
    // What has no hash in its name is another one by its revision.
    text = text.replaceAll('"revision":"', `"revision":"${version}`);
    text = text.replace('<head>', `<head><meta name="test-version" content="${version}" />`);
    await writeFile(file, text);
  }
  for (const name of scripts) await rename(join(assets, name), join(assets, newName(name)));
}
