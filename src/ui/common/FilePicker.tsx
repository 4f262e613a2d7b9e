/** A button that opens the system's file or folder dialog and hands over what was picked. */
import { Button, type ButtonProps } from '@mantine/core';
import { type ReactNode, useRef } from 'react';

export interface FilePickerProps extends ButtonProps {
  readonly children: ReactNode;
  readonly onPick: (files: readonly File[]) => void;
  /** Choose a folder with everything in it. */
  readonly folder?: boolean;
  readonly multiple?: boolean;
  readonly accept?: string;
  /** Name of the hidden input. */
  readonly name: string;
}

/** False on some tablets and phones: there the picker gives files only. */
export function canPickFolders(): boolean {
  return 'webkitdirectory' in HTMLInputElement.prototype;
}

export function FilePicker({
  children,
  onPick,
  folder,
  multiple = true,
  accept,
  name,
  ...button
}: FilePickerProps) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <Button {...button} onClick={() => input.current?.click()}>
        {children}
      </Button>
      <input
        ref={(element) => {
          input.current = element;
          // Not an attribute React knows everywhere; Chromium, Firefox and Safari all do.
          if (folder) element?.setAttribute('webkitdirectory', '');
        }}
        type="file"
        name={name}
        hidden
        multiple={multiple}
        {...(accept ? { accept } : {})}
        onChange={(event) => {
          const files = [...(event.currentTarget.files ?? [])];
          // The same file may be chosen again: without this the browser would not tell.
          event.currentTarget.value = '';
          if (files.length > 0) onPick(files);
        }}
      />
    </>
  );
}
