/** Records for as long as it is held: by mouse, finger, or the space bar; one shot where nothing can be held. */
import { Button } from '@mantine/core';
import { type ReactNode, useEffect, useRef } from 'react';
import classes from './WebcamDialog.module.css';

export interface HoldButtonProps {
  readonly children: ReactNode;
  readonly disabled: boolean;
  readonly isHeld: boolean;
  readonly onStart: () => void;
  readonly onEnd: () => void;
}

const isHoldKey = (key: string) => key === ' ' || key === 'Enter';

export function HoldButton({ children, disabled, isHeld, onStart, onEnd }: HoldButtonProps) {
  const end = useRef(onEnd);
  useEffect(() => {
    end.current = onEnd;
  }, [onEnd]);
  useEffect(() => {
    if (!isHeld) return;
    // The finger may leave the button, the window may lose the focus: recording must end all the same.
    const stop = () => end.current();
    const stopOnKey = (event: KeyboardEvent) => {
      if (isHoldKey(event.key)) end.current();
    };
    window.addEventListener('pointerup', stop);
    window.addEventListener('pointercancel', stop);
    window.addEventListener('blur', stop);
    window.addEventListener('keyup', stopOnKey);
    return () => {
      window.removeEventListener('pointerup', stop);
      window.removeEventListener('pointercancel', stop);
      window.removeEventListener('blur', stop);
      window.removeEventListener('keyup', stopOnKey);
    };
  }, [isHeld]);
  return (
    <Button
      size="lg"
      fullWidth
      disabled={disabled}
      color={isHeld ? 'red.8' : 'sea'}
      aria-pressed={isHeld}
      className={classes.hold}
      onPointerDown={(event) => {
        if (event.button === 0) onStart();
      }}
      onKeyDown={(event) => {
        if (!isHoldKey(event.key)) return;
        event.preventDefault();
        if (!event.repeat) onStart();
      }}
      onKeyUp={(event) => {
        // Some browsers click when the space bar is let go, whatever became of its keydown.
        if (isHoldKey(event.key)) event.preventDefault();
      }}
      onClick={(event) => {
        // A screen reader may send a click alone; those of a mouse or a finger have a count.
        if (event.detail !== 0 || isHeld) return;
        onStart();
        onEnd();
      }}
      onContextMenu={(event) => event.preventDefault()}
    >
      {children}
    </Button>
  );
}
