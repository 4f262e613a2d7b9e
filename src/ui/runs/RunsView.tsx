/** All past runs, and those that are chosen side by side: their curves, their settings and what came of them. */

import { Anchor, Button, Group, Loader, Stack, Text, Title } from '@mantine/core';
import { useEffect, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { loadModels } from '../../state/models/models.ts';
import { chosenRuns, clearChosenRuns, loadRuns, MOST_COMPARED, runsStore } from '../../state/runs/runs.ts';
import { toHash } from '../../state/shell/navigation.ts';
import { ErrorMessage } from '../common/ErrorMessage.tsx';
import { PageHeader } from '../common/PageHeader.tsx';
import { UnreadableNote } from '../common/UnreadableNote.tsx';
import { useSelected } from '../common/useSelected.ts';
import { CompareTable } from './CompareTable.tsx';
import { RunCurves } from './RunCurves.tsx';
import { RunsTable } from './RunsTable.tsx';

function SideBySide() {
  const { t } = useTranslation('runs');
  const { runs, chosen } = useSelected(runsStore, 'runs', 'chosen');
  const placed = useMemo(() => chosenRuns({ runs, chosen }), [runs, chosen]);
  return (
    <Stack component="section" gap="md" aria-labelledby="runs-side-by-side">
      <Group justify="space-between">
        <Title order={2} size="h3" id="runs-side-by-side">
          {t('compare.title')}
        </Title>
        {placed.length > 0 && (
          <Button variant="default" size="xs" onClick={clearChosenRuns}>
            {t('compare.clear')}
          </Button>
        )}
      </Group>
      <Text role="status">
        {placed.length < 2
          ? t(placed.length === 0 ? 'compare.chooseSome' : 'compare.chooseMore', { most: MOST_COMPARED })
          : t('compare.chosen', { count: placed.length, most: MOST_COMPARED })}
      </Text>
      {placed.length > 0 && (
        <>
          {placed.some(({ run }) => run.curve.length > 0) && <RunCurves placed={placed} />}
          <CompareTable placed={placed} />
        </>
      )}
    </Stack>
  );
}

export function RunsView() {
  const { t } = useTranslation('runs');
  const { status, runs, error, unreadableCount } = useSelected(
    runsStore,
    'status',
    'runs',
    'error',
    'unreadableCount',
  );
  useEffect(() => {
    void loadRuns();
    void loadModels();
  }, []);
  return (
    <>
      <PageHeader title={t('title')} lead={t('lead')} />
      <Stack gap="xl">
        {error && <ErrorMessage error={error} onRetry={() => void loadRuns()} />}
        <UnreadableNote count={unreadableCount} />
        {status === 'loading' && <Loader role="status" aria-label={t('loading')} />}
        {status === 'ready' && runs.length === 0 && (
          <Text>
            {t('empty')}{' '}
            <Anchor href={toHash('train')} underline="always">
              {t('emptyLink')}
            </Anchor>
          </Text>
        )}
        {runs.length > 0 && (
          <>
            <RunsTable runs={runs} />
            <SideBySide />
          </>
        )}
      </Stack>
    </>
  );
}
