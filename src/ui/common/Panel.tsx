/** A card with a heading; folds if asked to. A region for screen readers. */
import { Collapse, Group, Paper, Title, UnstyledButton } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import { type ReactNode, useId, useState } from 'react';
import classes from './Panel.module.css';

export interface PanelProps {
  readonly title: string;
  /** Beside the title: a count, a badge. */
  readonly mark?: ReactNode;
  readonly children: ReactNode;
  /** Can be folded; `closed` starts folded. */
  readonly fold?: 'open' | 'closed';
}

export function Panel({ title, mark, children, fold }: PanelProps) {
  const [open, setOpen] = useState(fold !== 'closed');
  const id = useId();
  const head = (
    <Group justify="space-between" wrap="nowrap">
      <Group gap="xs">
        <span id={id}>{title}</span>
        {mark}
      </Group>
      {fold && (
        <IconChevronDown size={18} className={classes.chevron} data-open={open || undefined} aria-hidden />
      )}
    </Group>
  );
  return (
    <Paper component="section" aria-labelledby={id} withBorder p="md" radius="lg" className={classes.panel}>
      <Title order={2} size="h3">
        {fold ? (
          <UnstyledButton className={classes.toggle} aria-expanded={open} onClick={() => setOpen(!open)}>
            {head}
          </UnstyledButton>
        ) : (
          head
        )}
      </Title>
      {fold ? (
        <Collapse expanded={open} keepMounted={false}>
          <div className={classes.body}>{children}</div>
        </Collapse>
      ) : (
        <div className={classes.body}>{children}</div>
      )}
    </Paper>
  );
}
