/** What a browser may lack, taken away from one that has it: a build whose every script begins by taking it away. */
import { cp, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DIST_DIR } from '../../tools/paths.ts';

/** Statements that a page and a worker can run, as often as they like. */
const REMOVALS = {
  // The origin's private file system.
  opfs: `if (globalThis.StorageManager) delete StorageManager.prototype.getDirectory;
    if (globalThis.FileSystemFileHandle) delete FileSystemFileHandle.prototype.createSyncAccessHandle;`,
  'navigator.storage': `delete globalThis.Navigator?.prototype.storage; delete globalThis.WorkerNavigator?.prototype.storage;
    delete globalThis.StorageManager; delete globalThis.FileSystemFileHandle;`,
  // Such engines make a shared memory of WebAssembly all the same, and refuse to send it.
  SharedArrayBuffer: `if (globalThis.SharedArrayBuffer) {
      const Shared = SharedArrayBuffer;
      delete globalThis.SharedArrayBuffer;
      const holds = (value, depth) => value instanceof WebAssembly.Memory ? value.buffer instanceof Shared
        : value instanceof Shared || (depth < 6 && value !== null && typeof value === 'object' && !ArrayBuffer.isView(value)
          && Object.values(value).some((inner) => holds(inner, depth + 1)));
      for (const one of [globalThis.Worker?.prototype, MessagePort.prototype, globalThis.DedicatedWorkerGlobalScope ? globalThis : null]) {
        if (!one) continue;
        const post = one.postMessage;
        one.postMessage = function (message, ...rest) {
          if (holds(message, 0)) throw new DOMException('The object can not be cloned.', 'DataCloneError');
          return post.call(this, message, ...rest);
        };
      }
    }`,
  // The opcodes 0x100 to 0x113 behind the prefix of vectors.
  'relaxed SIMD': `if (!WebAssembly.validate.isNarrow) {
      const validate = WebAssembly.validate;
      WebAssembly.validate = (source) => {
        const bytes = new Uint8Array(ArrayBuffer.isView(source) ? source.buffer : source);
        for (let at = 0; at + 2 < bytes.length; at++)
          if (bytes[at] === 0xfd && bytes[at + 1] >= 0x80 && bytes[at + 1] <= 0x93 && bytes[at + 2] === 2) return false;
        return validate(source);
      };
      WebAssembly.validate.isNarrow = true;
    }`,
  ImageDecoder: 'delete globalThis.ImageDecoder;',
  'wake lock': 'delete globalThis.Navigator?.prototype.wakeLock;',
  locks: 'delete globalThis.Navigator?.prototype.locks; delete globalThis.WorkerNavigator?.prototype.locks;',
  webkitdirectory: 'delete globalThis.HTMLInputElement?.prototype.webkitdirectory;',
  webkitGetAsEntry: 'delete globalThis.DataTransferItem?.prototype.webkitGetAsEntry;',
} as const satisfies Readonly<Record<string, string>>;

export type Ability = keyof typeof REMOVALS;
export const ABILITIES = Object.keys(REMOVALS) as readonly Ability[];

/** A block that takes all of them away, to stand before a script. */
export function toRemoval(abilities: readonly Ability[]): string {
  return `{${abilities.map((ability) => REMOVALS[ability]).join('\n')}}`;
}

/** A copy of `dist/` at `folder` whose scripts, those of workers as well, take the abilities away before they do anything. */
export async function withoutAbilities(abilities: readonly Ability[], folder: string): Promise<string> {
  await cp(DIST_DIR, folder, {
    recursive: true,
    // Large, and the same in all of them.
    filter: (path) => path !== join(DIST_DIR, 'weights'),
  });
  await symlink(join(DIST_DIR, 'weights'), join(folder, 'weights'));
  const removal = toRemoval(abilities);
  for (const name of await readdir(join(folder, 'assets'))) {
    if (!name.endsWith('.js')) continue;
    const path = join(folder, 'assets', name);
    // What a module imports runs before it: each takes away for itself.
    await writeFile(path, `${removal}\n${await readFile(path, 'utf8')}`);
  }
  return folder;
}
