/** The camera as a component sees it: opened on mount, closed on unmount, its absence an error in words. */
import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';
import { AppError } from '../../../shared/errors.ts';

export interface CameraChoice {
  readonly deviceId: string;
  readonly label: string;
}

export interface Camera {
  readonly video: RefObject<HTMLVideoElement | null>;
  /** True once pictures flow. */
  readonly ready: boolean;
  readonly error: AppError | null;
  readonly cameras: readonly CameraChoice[];
  readonly deviceId: string | null;
  readonly choose: (deviceId: string) => void;
  readonly retry: () => void;
}

async function open(deviceId: string | null): Promise<MediaStream> {
  if (!globalThis.isSecureContext) throw new AppError('cameraNeedsHttps');
  if (!navigator.mediaDevices) throw new AppError('noCamera', { message: 'mediaDevices is missing' });
  const video = deviceId === null ? { facingMode: 'environment' } : { deviceId: { exact: deviceId } };
  try {
    return await navigator.mediaDevices.getUserMedia({ video, audio: false });
  } catch (thrown) {
    const message = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
    throw new AppError('noCamera', { message }, { cause: thrown });
  }
}

/** Opens the camera while the component is mounted and `active`. */
export function useCamera(active = true): Camera {
  const video = useRef<HTMLVideoElement | null>(null);
  const [ready, setReady] = useState(false);
  const [error, setError] = useState<AppError | null>(null);
  const [cameras, setCameras] = useState<readonly CameraChoice[]>([]);
  const [wanted, setWanted] = useState<string | null>(null);
  const [current, setCurrent] = useState<string | null>(null);
  const [attempt, setAttempt] = useState(0);

  // biome-ignore lint/correctness/useExhaustiveDependencies: attempt is the wish to try once more.
  useEffect(() => {
    if (!active) return;
    let ended = false;
    let stream: MediaStream | null = null;
    const start = async () => {
      const opened = await open(wanted);
      if (ended) {
        for (const track of opened.getTracks()) track.stop();
        return;
      }
      stream = opened;
      setCurrent(opened.getVideoTracks()[0]?.getSettings().deviceId ?? null);
      const devices = await navigator.mediaDevices.enumerateDevices();
      setCameras(
        devices
          .filter(({ kind }) => kind === 'videoinput')
          .map(({ deviceId, label }, index) => ({ deviceId, label: label || String(index + 1) })),
      );
      const element = video.current;
      if (!element || ended) return;
      element.srcObject = opened;
      await element.play();
      setReady(true);
    };
    setError(null);
    start().catch((thrown: unknown) => {
      // Closing the dialog interrupts play(): that is no error of the camera.
      if (ended) return;
      setError(
        thrown instanceof AppError
          ? thrown
          : new AppError('noCamera', { message: String(thrown) }, { cause: thrown }),
      );
    });
    return () => {
      ended = true;
      setReady(false);
      for (const track of stream?.getTracks() ?? []) track.stop();
    };
  }, [active, wanted, attempt]);

  const choose = useCallback((deviceId: string) => setWanted(deviceId), []);
  const retry = useCallback(() => setAttempt((count) => count + 1), []);
  return { video, ready, error, cameras, deviceId: wanted ?? current, choose, retry };
}
