/** What the browser itself shows of a run: a warning before the tab closes, and progress in a hidden tab's title. */

export interface PageGuard {
  /** Shows how far the run is. @param share 0–1; null where it cannot be told. */
  update(share: number | null): void;
  end(): void;
}

/** `43 % · title`; the title alone where there is nothing to tell. */
export function titleWithProgress(title: string, share: number | null): string {
  return share === null ? title : `${Math.floor(share * 100)} % · ${title}`;
}

/** Begins to guard the page, until `end`. */
export function guardPage(): PageGuard {
  const ended = new AbortController();
  const { signal } = ended;
  let latest: number | null = null;
  /** The title to put back; null while it is on show. */
  let plainTitle: string | null = null;

  const showTitle = () => {
    if (document.hidden && !signal.aborted) {
      plainTitle ??= document.title;
      document.title = titleWithProgress(plainTitle, latest);
    } else if (plainTitle !== null) {
      document.title = plainTitle;
      plainTitle = null;
    }
  };
  window.addEventListener('beforeunload', (event) => event.preventDefault(), { signal });
  document.addEventListener('visibilitychange', showTitle, { signal });
  return {
    update(share) {
      latest = share;
      showTitle();
    },
    end() {
      ended.abort();
      showTitle();
    },
  };
}
