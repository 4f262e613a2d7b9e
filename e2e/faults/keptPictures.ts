/** What the app keeps of its pictures, read behind its back: every listed picture with its class and its bytes. */
import type { Page } from '@playwright/test';
import type { Person } from '../pages/person.ts';

export interface KeptPicture {
  readonly name: string;
  readonly className: string;
  /** Of the file as it is kept; null where there is none. */
  readonly sizeBytes: number | null;
  /** The browser can decode it; not asked where there are no bytes. */
  readonly isReadable: boolean;
  /** The bytes are those that it was added with; pictures that the app has drawn or converted are none. */
  readonly isSame: boolean;
  readonly hasThumbnail: boolean;
}

/**
 * Every picture of the kept data set, in its order; none while nothing is kept.
 * @param checks `bytes`: decodes every one; `keys`: only looks whether it is there
 */
export function readKeptPictures(
  page: Page,
  checks: 'bytes' | 'keys' = 'bytes',
): Promise<readonly KeptPicture[]> {
  return page.evaluate(async (wanted) => {
    const opening = indexedDB.open('headstart');
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      opening.onsuccess = () => resolve(opening.result);
      opening.onerror = () => reject(opening.error);
    });
    const ask = <Answer>(request: IDBRequest<Answer>) =>
      new Promise<Answer>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const storeOf = (name: string) => database.transaction(name).objectStore(name);
    if (!database.objectStoreNames.contains('dataset')) return [];

    interface Listed {
      readonly hash: string;
      readonly name: string;
      readonly classId: string;
    }
    interface Record {
      readonly pictures?: readonly Listed[];
      readonly classes?: readonly { readonly id: string; readonly name: string }[];
    }
    // Records may be wrapped in what says their version: the data set is what holds classes and pictures.
    const find = (value: unknown): Record | null => {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
      const record = value as Record;
      if (Array.isArray(record.pictures) && Array.isArray(record.classes)) return record;
      for (const inner of Object.values(value)) {
        const found = find(inner);
        if (found) return found;
      }
      return null;
    };
    const all: unknown[] = await ask(storeOf('dataset').getAll());
    const record = all.map(find).find((found) => found !== null) ?? null;
    const classNames = new Map((record?.classes ?? []).map(({ id, name }) => [id, name]));
    const small = new Set((await ask(storeOf('thumbnails').getAllKeys())).map(String));
    const there = new Set((await ask(storeOf('pictures').getAllKeys())).map(String));

    const toHex = (bytes: ArrayBuffer) =>
      [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    const look = async ({ hash, name, classId }: Listed): Promise<KeptPicture> => {
      const told = { name, className: classNames.get(classId) ?? '', hasThumbnail: small.has(hash) };
      if (!there.has(hash)) return { ...told, sizeBytes: null, isReadable: false, isSame: false };
      if (wanted === 'keys') return { ...told, sizeBytes: 0, isReadable: true, isSame: true };
      const kept: unknown = await ask(storeOf('pictures').get(hash));
      try {
        const blob = kept instanceof Blob ? kept : new Blob([(kept as { bytes: ArrayBuffer }).bytes]);
        const bytes = await blob.arrayBuffer();
        const isSame = toHex(await crypto.subtle.digest('SHA-256', bytes)) === hash;
        const isReadable = await createImageBitmap(new Blob([bytes], { type: blob.type })).then(
          (bitmap) => {
            bitmap.close();
            return true;
          },
          () => false,
        );
        return { ...told, sizeBytes: bytes.byteLength, isReadable, isSame };
      } catch {
        // Listed, and its bytes cannot be read: that is what is asked.
        return { ...told, sizeBytes: null, isReadable: false, isSame: false };
      }
    };
    const found: KeptPicture[] = [];
    for (const listed of record?.pictures ?? []) found.push(await look(listed));
    database.close();
    return found;
  }, checks);
}

/** Class to number of pictures as the page shows them, once it has read what was kept; empty where it shows none. */
export async function readShownCounts({ main }: Person): Promise<Readonly<Record<string, number>>> {
  const table = main.getByRole('table', { name: 'Pictures per class and split' });
  await table.or(main.getByText('Drop your pictures here')).first().waitFor();
  if (!(await table.isVisible())) return {};
  // All rows at once: asked one by one they may change meanwhile.
  const rows = await table
    .locator('tbody tr')
    .evaluateAll((lines) =>
      lines.map((line) => [...line.querySelectorAll('th, td')].map((cell) => cell.textContent ?? '')),
    );
  return Object.fromEntries(
    rows.map(([name = '', ...parts]) => [
      name,
      parts.reduce((sum, text) => sum + Number(text.replaceAll(',', '')), 0),
    ]),
  );
}

/**
 * What is wrong with the kept pictures, a line each; none where all is well.
 * @param classOf the class that a picture of that name belongs to
 * @param before names of those that were there already and must still be
 */
export function findLosses(
  kept: readonly KeptPicture[],
  shown: Readonly<Record<string, number>>,
  classOf: (name: string) => string | null,
  before: readonly string[] = [],
): readonly string[] {
  const names = new Set(kept.map(({ name }) => name));
  const shownCount = Object.values(shown).reduce((sum, count) => sum + count, 0);
  const count = (title: string, wrong: number) => (wrong > 0 ? [`${wrong} pictures ${title}`] : []);
  const withBytes = kept.filter(({ sizeBytes }) => sizeBytes !== null);
  return [
    ...count('listed without bytes', kept.length - withBytes.length),
    ...count('that cannot be decoded', withBytes.filter(({ isReadable }) => !isReadable).length),
    ...count(
      'in a class that is not theirs',
      kept.filter(({ name, className }) => ![null, className].includes(classOf(name))).length,
    ),
    ...count('that were there before are gone', before.filter((name) => !names.has(name)).length),
    ...(shownCount === kept.length ? [] : [`the page shows ${shownCount} pictures, ${kept.length} are kept`]),
  ];
}
