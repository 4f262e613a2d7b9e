/** All runs, the newest first, each with a box to lay it beside others. */

import { ActionIcon, Anchor, Button, Checkbox, Group, Stack, Table, Text } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { titleOfRun } from '../../domain/networkTitle.ts';
import type { RunRecord } from '../../domain/runRecord.ts';
import { engineStore } from '../../state/engine/engine.ts';
import { modelsStore } from '../../state/models/models.ts';
import { summarizeRun } from '../../state/runs/compareRuns.ts';
import { deleteKeptRun, MOST_COMPARED, runsStore, toggleRun } from '../../state/runs/runs.ts';
import { toHash } from '../../state/shell/navigation.ts';
import { useAction } from '../common/useAction.ts';
import { useFormat } from '../common/useFormat.ts';
import { useSelected } from '../common/useSelected.ts';
import { RunMark } from './RunMark.tsx';

const SHOWN_AT_FIRST = 50;
const COLUMNS = ['choose', 'data', 'when', 'ended', 'epochs', 'test', 'validation', 'time', 'model'] as const;

function ModelLink({ id }: { readonly id: string | null }) {
  const { t } = useTranslation('runs');
  const { status, models } = useSelected(modelsStore, 'status', 'models');
  const model = models.find((candidate) => candidate.id === id);
  if (model) return <Anchor href={toHash('result', model.id)}>{model.name}</Anchor>;
  if (id !== null && status !== 'ready') return null;
  return (
    <Text size="sm" c="dimmed">
      {t(id === null ? 'model.none' : 'model.gone')}
    </Text>
  );
}

function Row({ run }: { readonly run: RunRecord }) {
  const { t } = useTranslation('runs');
  const format = useFormat();
  const place = useStore(runsStore, ({ chosen }) => chosen[run.id]);
  const isFull = useStore(runsStore, ({ chosen }) => Object.keys(chosen).length >= MOST_COMPARED);
  const remove = useAction(deleteKeptRun);
  const { epochs, testAccuracy, validationAccuracy } = summarizeRun(run);
  const name = run.data.name || t('unnamed');
  const network = useStore(engineStore, ({ networks }) => titleOfRun(run, networks));
  const named = { name, date: format.dateTime(run.startedAt) };
  const fraction = (accuracy: number | null) =>
    accuracy === null ? t('value.none') : format.percent(accuracy);
  return (
    <Table.Tr>
      <Table.Td>
        <Group gap="xs" wrap="nowrap">
          <Checkbox
            aria-label={t('chooseNamed', named)}
            checked={place !== undefined}
            disabled={isFull && place === undefined}
            onChange={() => toggleRun(run.id)}
          />
          {place !== undefined && <RunMark place={place} />}
        </Group>
      </Table.Td>
      <Table.Th scope="row" maw={220} style={{ overflowWrap: 'anywhere' }}>
        {name}
        {network !== undefined && (
          <Text size="xs" c="dimmed">
            {t('fromScratch', { network })}
          </Text>
        )}
      </Table.Th>
      <Table.Td>{named.date}</Table.Td>
      <Table.Td>{t(`stop.${run.stopReason}`)}</Table.Td>
      <Table.Td>{format.number(epochs)}</Table.Td>
      <Table.Td>{fraction(testAccuracy)}</Table.Td>
      <Table.Td>{fraction(validationAccuracy)}</Table.Td>
      <Table.Td style={{ whiteSpace: 'nowrap' }}>{format.duration(run.elapsedMs)}</Table.Td>
      <Table.Td maw={240} style={{ overflowWrap: 'anywhere' }}>
        <ModelLink id={run.modelId} />
      </Table.Td>
      <Table.Td>
        <ActionIcon
          variant="default"
          size="lg"
          loading={remove.busy}
          aria-label={t('deleteNamed', named)}
          onClick={() => remove.run(run.id)}
        >
          <IconTrash size={18} aria-hidden />
        </ActionIcon>
      </Table.Td>
    </Table.Tr>
  );
}

export function RunsTable({ runs }: { readonly runs: readonly RunRecord[] }) {
  const { t } = useTranslation('runs');
  const [shownCount, setShownCount] = useState(SHOWN_AT_FIRST);
  const hiddenCount = runs.length - shownCount;
  return (
    <Stack gap="sm">
      <Table.ScrollContainer
        minWidth={880}
        scrollAreaProps={{
          offsetScrollbars: 'present',
          viewportProps: { tabIndex: 0, role: 'region', 'aria-label': t('list') },
        }}
      >
        <Table aria-label={t('list')} style={{ fontVariantNumeric: 'tabular-nums' }}>
          <Table.Thead>
            <Table.Tr style={{ verticalAlign: 'bottom' }}>
              {COLUMNS.map((column) => (
                <Table.Th key={column} scope="col">
                  {t(`column.${column}`)}
                </Table.Th>
              ))}
              <Table.Td />
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {runs.slice(0, shownCount).map((run) => (
              <Row key={run.id} run={run} />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {hiddenCount > 0 && (
        <Button
          variant="default"
          onClick={() => setShownCount(shownCount + SHOWN_AT_FIRST)}
          style={{ alignSelf: 'flex-start' }}
        >
          {t('more', { count: hiddenCount })}
        </Button>
      )}
    </Stack>
  );
}
