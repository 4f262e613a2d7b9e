/** A mark that adding has not come to its end: half a folder must not look like a whole one after a crash. */

const KEY = 'headstart.adding';

/** Sets or takes away the mark; the browser keeps it when the tab dies. */
export function setUnfinished(isUnfinished: boolean): void {
  try {
    if (isUnfinished) localStorage.setItem(KEY, 'true');
    else localStorage.removeItem(KEY);
  } catch (thrown) {
    // Without it a crash is told by the numbers only.
    console.warn('no mark that pictures are being added', thrown);
  }
}

/** Whether the last tab that added pictures ended in the middle. */
export function wasUnfinished(): boolean {
  try {
    return localStorage.getItem(KEY) !== null;
  } catch {
    // Where nothing can be read, nothing was written.
    return false;
  }
}
