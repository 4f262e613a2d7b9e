/** A quiet remark beside the matter, with its title in the colour of the text. */
import { Alert } from '@mantine/core';
import { IconInfoCircle } from '@tabler/icons-react';
import type { ReactNode } from 'react';

export interface NoteProps {
  readonly title: string;
  /** `status`: it comes up meanwhile, and a screen reader says so. */
  readonly role: 'note' | 'status';
  readonly children: ReactNode;
}

export function Note({ title, role, children }: NoteProps) {
  return (
    <Alert
      role={role}
      color="gray"
      variant="light"
      p="sm"
      title={title}
      styles={{ title: { color: 'var(--mantine-color-text)' } }}
      icon={<IconInfoCircle aria-hidden />}
    >
      {children}
    </Alert>
  );
}
