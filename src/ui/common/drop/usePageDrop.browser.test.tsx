import { act } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { noticesStore } from '../../../state/shell/notices.ts';
import { until } from '../../../testing/until.ts';
import type { DroppedFiles } from './droppedFiles.ts';
import { type PageDrag, usePageDrop } from './usePageDrop.ts';

type OnDrop = (files: DroppedFiles, classId: string | null) => void;

let root: Root;
let drag: PageDrag | null = null;
const onDrop = vi.fn<OnDrop>();

function Page({ onFiles }: { readonly onFiles: OnDrop }) {
  drag = usePageDrop(onFiles);
  return (
    <main>
      <section data-class-id="class-1">
        <p>cats</p>
      </section>
      <p id="beside">beside</p>
    </main>
  );
}

const inClass = () => document.querySelector('[data-class-id] p') ?? document.body;
const beside = () => document.querySelector('#beside') ?? document.body;

function carrying(...content: (File | string)[]): DataTransfer {
  const transfer = new DataTransfer();
  for (const one of content) {
    if (typeof one === 'string') transfer.items.add(one, 'text/plain');
    else transfer.items.add(one);
  }
  return transfer;
}
/** @returns whether the page took the event over, so that the browser does not open the file in its place */
async function fire(
  type: 'dragenter' | 'dragover' | 'dragleave' | 'drop',
  target: EventTarget,
  dataTransfer: DataTransfer,
  relatedTarget: Element | null = null,
): Promise<boolean> {
  const init = { bubbles: true, cancelable: true, dataTransfer, relatedTarget };
  return act(async () => !target.dispatchEvent(new DragEvent(type, init)));
}
const render = (onFiles: OnDrop) => act(async () => root.render(<Page onFiles={onFiles} />));

beforeEach(async () => {
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
  onDrop.mockReset();
  root = createRoot(document.body.appendChild(document.createElement('div')));
  await render(onDrop);
});
afterEach(async () => {
  await act(async () => root.unmount());
  document.body.replaceChildren();
});

const file = new File(['x'], 'a.png', { type: 'image/png' });

describe('a drag over the page', () => {
  it('shows the class that it is over, until it leaves the window', async () => {
    expect(drag).toEqual({ dragging: false, overClass: null });
    expect(await fire('dragenter', beside(), carrying(file))).toBe(true);
    expect(drag).toEqual({ dragging: true, overClass: null });
    expect(await fire('dragover', inClass(), carrying(file))).toBe(true);
    expect(drag).toEqual({ dragging: true, overClass: 'class-1' });
    const before = drag;
    await fire('dragover', inClass(), carrying(file));
    expect(drag).toBe(before);
    // From one element to the next.
    await fire('dragleave', inClass(), carrying(file), beside());
    expect(drag?.dragging).toBe(true);
    await fire('dragleave', beside(), carrying(file));
    expect(drag).toEqual({ dragging: false, overClass: null });
  });

  it('of text alone is none of ours', async () => {
    expect(await fire('dragenter', beside(), carrying('text'))).toBe(false);
    expect(drag?.dragging).toBe(false);
    expect(await fire('drop', beside(), carrying('text'))).toBe(false);
    expect(onDrop).not.toHaveBeenCalled();
  });
});

describe('a drop on the page', () => {
  it('hands on its files, in order, with the class that they fell on', async () => {
    const other = new File(['yy'], 'b.png');
    await fire('dragenter', inClass(), carrying(other, file));
    expect(await fire('drop', inClass(), carrying(other, 'text', file))).toBe(true);
    expect(drag).toEqual({ dragging: false, overClass: null });
    await until(() => expect(onDrop).toHaveBeenCalledOnce());
    const [files, classId] = onDrop.mock.calls[0] ?? [];
    expect(classId).toBe('class-1');
    expect(files?.failed).toEqual([]);
    expect(files?.entries.map(({ path, file: { size } }) => [path, size])).toEqual([
      ['a.png', 1],
      ['b.png', 2],
    ]);
    await fire('drop', beside(), carrying(file));
    await until(() => expect(onDrop).toHaveBeenCalledTimes(2));
    expect(onDrop.mock.calls[1]?.[1]).toBeNull();
  });

  it('goes to the handler of today, and to none once the page is gone', async () => {
    const later = vi.fn<OnDrop>();
    await render(later);
    await fire('drop', beside(), carrying(file));
    await until(() => expect(later).toHaveBeenCalledOnce());
    expect(onDrop).not.toHaveBeenCalled();
    await act(async () => root.render(null));
    expect(await fire('drop', document.body, carrying(file))).toBe(false);
    expect(later).toHaveBeenCalledOnce();
  });

  it('that cannot be read at all is told', async () => {
    const error = vi.spyOn(console, 'error').mockReturnValue();
    noticesStore.setState({ notices: [] });
    const transfer = carrying(file);
    // A browser that hands over an item it does not know.
    Object.defineProperty(transfer, 'items', { value: [{ kind: 'file' }] });
    await fire('drop', beside(), transfer);
    await until(() =>
      expect(noticesStore.getState().notices).toMatchObject([{ error: { code: 'unexpected' } }]),
    );
    expect(onDrop).not.toHaveBeenCalled();
    error.mockRestore();
  });
});
