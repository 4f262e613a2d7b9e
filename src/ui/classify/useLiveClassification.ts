/** Feeds what a video shows to the classifier, frame by frame, while `active`. */
import { type RefObject, useEffect, useState } from 'react';
import { type AppError, toAppError } from '../../shared/errors.ts';
import { classifyLive } from '../../state/classify/camera.ts';
import type { LiveResult } from '../../state/classify/live.ts';

export interface LiveClassification {
  readonly result: LiveResult | null;
  readonly error: AppError | null;
}

/** Also paces the loop: no faster than the screen, and not at all in a hidden tab. */
function nextPaint(): Promise<void> {
  return new Promise((resolve) => requestAnimationFrame(() => resolve()));
}

export function useLiveClassification(
  video: RefObject<HTMLVideoElement | null>,
  active: boolean,
): LiveClassification {
  const [state, setState] = useState<LiveClassification>({ result: null, error: null });
  useEffect(() => {
    if (!active) return;
    setState({ result: null, error: null });
    const end = new AbortController();
    const takeFrame = async () => {
      await nextPaint();
      const element = video.current;
      return element && element.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA
        ? createImageBitmap(element)
        : null;
    };
    classifyLive(takeFrame, (result) => setState({ result, error: null }), end.signal).catch(
      (thrown: unknown) => {
        if (!end.signal.aborted) setState({ result: null, error: toAppError(thrown) });
      },
    );
    return () => end.abort();
  }, [video, active]);
  return state;
}
