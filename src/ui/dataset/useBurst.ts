/** Takes pictures from a running video, about five a second, and hands over all shots of one hold together. */

import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';
import type { FileEntry } from '../../domain/fileEntry.ts';
import { AppError } from '../../shared/errors.ts';
import { createRandomId } from '../../shared/randomId.ts';
import { notifyError } from '../../state/shell/notices.ts';

const INTERVAL_MS = 200;
/** More than any backbone looks at; larger shots only fill the disk. */
const LONGER_SIDE_PX = 640;
const JPEG_QUALITY = 0.92;

function shoot(video: HTMLVideoElement): Promise<Blob> {
  const { videoWidth, videoHeight } = video;
  const scale = Math.min(1, LONGER_SIDE_PX / Math.max(videoWidth, videoHeight));
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(videoWidth * scale);
  canvas.height = Math.round(videoHeight * scale);
  canvas.getContext('2d')?.drawImage(video, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) =>
    canvas.toBlob(
      (blob) => (blob ? resolve(blob) : reject(new AppError('outOfMemory'))),
      'image/jpeg',
      JPEG_QUALITY,
    ),
  );
}

export interface Burst {
  readonly recording: boolean;
  /** Shots of the hold that is running or was the last. */
  readonly count: number;
  readonly start: () => void;
  readonly stop: () => void;
}

/** @param onBurst gets the shots of one hold, in order, and the id they share */
export function useBurst(
  video: RefObject<HTMLVideoElement | null>,
  onBurst: (shots: FileEntry[], burstId: string) => void,
): Burst {
  const [recording, setRecording] = useState(false);
  const [count, setCount] = useState(0);
  const timer = useRef<ReturnType<typeof setInterval> | undefined>(undefined);
  const shots = useRef<Promise<FileEntry>[]>([]);
  const burstId = useRef('');

  const stop = useCallback(() => {
    if (timer.current === undefined) return;
    clearInterval(timer.current);
    timer.current = undefined;
    setRecording(false);
    const id = burstId.current;
    Promise.all(shots.current).then((entries) => onBurst(entries, id), notifyError);
    shots.current = [];
  }, [onBurst]);

  const start = useCallback(() => {
    const element = video.current;
    if (!element || element.videoWidth === 0 || timer.current !== undefined) return;
    burstId.current = createRandomId();
    shots.current = [];
    const stamp = new Date().toISOString().slice(0, 19).replaceAll(':', '-');
    const take = () => {
      const path = `webcam ${stamp} ${String(shots.current.length + 1).padStart(3, '0')}.jpg`;
      shots.current.push(shoot(element).then((file) => ({ path, file })));
      setCount(shots.current.length);
    };
    take();
    timer.current = setInterval(take, INTERVAL_MS);
    setRecording(true);
  }, [video]);

  // Closing the dialog in the middle of a hold keeps what was shot.
  useEffect(() => stop, [stop]);

  return { recording, count, start, stop };
}
