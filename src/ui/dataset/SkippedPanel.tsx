/** Every file that was left out, with the reason in words: nothing disappears without being named. */
import { Badge, Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SkippedFile } from '../../domain/picture.ts';
import { clearSkipped } from '../../state/dataset/dataset.ts';
import { Panel } from '../common/Panel.tsx';
import { useFormat } from '../common/useFormat.ts';
import classes from './SkippedPanel.module.css';

const SHOWN_AT_ONCE = 100;
/** A search field for a handful of lines is only in the way. */
const FILTER_FROM = 8;

export function SkippedPanel({ skipped }: { readonly skipped: readonly SkippedFile[] }) {
  const { t } = useTranslation(['dataset', 'errors']);
  const format = useFormat();
  const [filter, setFilter] = useState('');
  const [limit, setLimit] = useState(SHOWN_AT_ONCE);
  const found = useMemo(() => {
    const wanted = filter.trim().toLowerCase();
    return skipped.filter(
      ({ path, reason }) =>
        path.toLowerCase().includes(wanted) || t(`errors:skip.${reason}`).toLowerCase().includes(wanted),
    );
  }, [skipped, filter, t]);
  if (skipped.length === 0) return null;
  return (
    <Panel
      title={t('skipped.title')}
      fold="closed"
      mark={
        <Badge variant="light" color="gray">
          {format.number(skipped.length)}
        </Badge>
      }
    >
      <Stack gap="xs">
        <Text size="sm" c="dimmed">
          {t('skipped.explanation')}
        </Text>
        {skipped.length >= FILTER_FROM && (
          <TextInput
            size="xs"
            aria-label={t('skipped.filter')}
            placeholder={t('skipped.filter')}
            value={filter}
            onChange={(event) => setFilter(event.currentTarget.value)}
          />
        )}
        <ul className={classes.list} aria-label={t('skipped.title')}>
          {found.slice(0, limit).map(({ path, reason, details }) => (
            <li key={`${path} ${reason}`}>
              <span className={classes.path}>{path}</span>
              <span className={classes.reason}>{t(`errors:skip.${reason}`, details)}</span>
            </li>
          ))}
        </ul>
        <Group gap="xs">
          {found.length > limit && (
            <Button size="xs" variant="default" onClick={() => setLimit(limit + SHOWN_AT_ONCE)}>
              {t('skipped.more', { count: found.length - limit })}
            </Button>
          )}
          <Button size="xs" variant="subtle" onClick={clearSkipped}>
            {t('skipped.clear')}
          </Button>
        </Group>
      </Stack>
    </Panel>
  );
}
