/** Settings, data and results, one column a run; what differs is marked by icon, word and background. */
import { Stack, Switch, Table, Text } from '@mantine/core';
import { IconEqualNot } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { engineStore } from '../../state/engine/engine.ts';
import { compareRuns, type RunRow, type RunRowGroup } from '../../state/runs/compareRuns.ts';
import type { PlacedRun } from '../../state/runs/runs.ts';
import { useRunWords } from '../common/runs/useRunWords.ts';
import { useFormat } from '../common/useFormat.ts';
import classes from './CompareTable.module.css';
import { RunMark } from './RunMark.tsx';

const GROUPS: readonly RunRowGroup[] = ['results', 'data', 'settings'];

function Row({ row, placed }: { readonly row: RunRow; readonly placed: readonly PlacedRun[] }) {
  const { t } = useTranslation('runs');
  const words = useRunWords();
  return (
    <Table.Tr className={row.differs ? classes.differs : undefined}>
      <Table.Th scope="row" fw={500} className={classes.name}>
        {words.label(row)}
        {row.differs && (
          <span className={classes.mark}>
            <IconEqualNot size={14} aria-hidden />
            {t('compare.differs')}
          </span>
        )}
      </Table.Th>
      {placed.map(({ run }, index) => (
        <Table.Td key={run.id} className={classes.run}>
          <Text size="sm" lineClamp={6}>
            {words.value(row, row.values[index] ?? null)}
          </Text>
        </Table.Td>
      ))}
    </Table.Tr>
  );
}

export function CompareTable({ placed }: { readonly placed: readonly PlacedRun[] }) {
  const { t } = useTranslation('runs');
  const format = useFormat();
  const [onlyDiffering, setOnlyDiffering] = useState(false);
  const networks = useStore(engineStore, (state) => state.networks);
  const rows = useMemo(
    () =>
      compareRuns(
        placed.map(({ run }) => run),
        networks,
      ),
    [placed, networks],
  );
  const shown = onlyDiffering ? rows.filter(({ differs }) => differs) : rows;
  return (
    <Stack gap="sm">
      {placed.length > 1 && (
        <Switch
          label={t('compare.onlyDiffering')}
          checked={onlyDiffering}
          onChange={({ currentTarget }) => setOnlyDiffering(currentTarget.checked)}
        />
      )}
      <Table.ScrollContainer
        minWidth={160 + 130 * placed.length}
        scrollAreaProps={{
          offsetScrollbars: 'present',
          viewportProps: { tabIndex: 0, role: 'region', 'aria-label': t('compare.table') },
        }}
      >
        <Table
          className={classes.table}
          aria-label={t('compare.table')}
          style={{ fontVariantNumeric: 'tabular-nums' }}
        >
          <Table.Thead>
            <Table.Tr>
              <Table.Td className={classes.name} />
              {placed.map(({ run, place }) => (
                <Table.Th key={run.id} scope="col" className={classes.run}>
                  <RunMark place={place} />
                  <Text size="sm" fw={600} lineClamp={3}>
                    {run.data.name || t('unnamed')}
                  </Text>
                  <Text size="xs" c="dimmed" fw={400}>
                    {format.dateTime(run.startedAt)}
                  </Text>
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          {GROUPS.map((group) => {
            const ofGroup = shown.filter((row) => row.group === group);
            if (ofGroup.length === 0) return null;
            return (
              <Table.Tbody key={group}>
                <Table.Tr>
                  <Table.Th scope="rowgroup" colSpan={placed.length + 1} fw={700} className={classes.group}>
                    {t(`compare.${group}`)}
                  </Table.Th>
                </Table.Tr>
                {ofGroup.map((row) => (
                  <Row key={row.key} row={row} placed={placed} />
                ))}
              </Table.Tbody>
            );
          })}
        </Table>
      </Table.ScrollContainer>
      {shown.length === 0 && <Text>{t('compare.nothingDiffers')}</Text>}
    </Stack>
  );
}
