/** A part of a view that is fetched ahead of need. React.lazy would fetch it, and show a placeholder, only once it is drawn. */
import { type ComponentType, useEffect, useState } from 'react';

/** @returns a hook that answers the component, or null until it has come; it begins to fetch it when `isWanted` */
export function createLoadable<Props>(load: () => Promise<ComponentType<Props>>) {
  let loaded: ComponentType<Props> | null = null;
  return function useLoadable(isWanted: boolean): ComponentType<Props> | null {
    const [component, setComponent] = useState(() => loaded);
    const [failure, setFailure] = useState<{ readonly reason: unknown } | null>(null);
    useEffect(() => {
      if (!isWanted) return;
      if (loaded) return setComponent(() => loaded);
      load().then(
        (fetched) => {
          loaded = fetched;
          setComponent(() => fetched);
        },
        (reason: unknown) => setFailure({ reason }),
      );
    }, [isWanted]);
    // The view's error boundary says so.
    if (failure) throw failure.reason;
    return component;
  };
}
