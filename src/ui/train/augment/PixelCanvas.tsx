/** Pixels that a worker made, on a canvas that says what it shows. */
import { useLayoutEffect, useRef } from 'react';
import classes from './AugmentPreview.module.css';

export interface PixelCanvasProps {
  /** null: not there yet; the place is kept. */
  readonly pixels: ImageData | null;
  readonly sizePx: number;
  readonly label: string;
}

export function PixelCanvas({ pixels, sizePx, label }: PixelCanvasProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  // Before the browser paints: all examples change in one frame, and none flickers.
  useLayoutEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (pixels) context?.putImageData(pixels, 0, 0);
    else context?.clearRect(0, 0, sizePx, sizePx);
  }, [pixels, sizePx]);
  return (
    <canvas
      ref={canvas}
      width={sizePx}
      height={sizePx}
      role="img"
      aria-label={label}
      className={classes.canvas}
    />
  );
}
