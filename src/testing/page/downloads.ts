/** Catches what a page hands to the browser's downloads, which no test can look into. */

export interface CaughtDownload {
  readonly fileName: string;
  readonly address: string;
  readonly file: Blob;
}

/** Runs `work` and reads every file that it hands over meanwhile, in order; the browser gets none. */
export async function catchDownloads(work: () => unknown): Promise<readonly CaughtDownload[]> {
  const reading: Promise<CaughtDownload>[] = [];
  const onClick = (event: MouseEvent) => {
    if (!(event.target instanceof HTMLAnchorElement) || !event.target.hasAttribute('download')) return;
    event.preventDefault();
    const { download: fileName, href: address } = event.target;
    reading.push(
      fetch(address)
        .then((response) => response.blob())
        .then((file) => ({ fileName, address, file })),
    );
  };
  document.addEventListener('click', onClick);
  try {
    await work();
    return await Promise.all(reading);
  } finally {
    document.removeEventListener('click', onClick);
  }
}
