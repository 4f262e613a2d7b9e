/** The curves as numbers: for screen readers, and for whoever wants to know exactly. */
import { Box, Table } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { EpochMetrics } from '../../shared/training.ts';
import { useFormat } from '../common/useFormat.ts';

export interface CurveTableProps {
  readonly curve: readonly EpochMetrics[];
  readonly bestEpoch: number | null;
}

export function CurveTable({ curve, bestEpoch }: CurveTableProps) {
  const { t } = useTranslation('train');
  const format = useFormat();
  const percent = (share: number | null) => (share === null ? t('chart.none') : format.percent(share));
  const loss = (value: number | null) => (value === null ? t('chart.none') : format.number(value, 3));
  return (
    // A region that scrolls must be reachable by keyboard.
    <Box role="group" tabIndex={0} aria-label={t('chart.table')} mah={360} style={{ overflow: 'auto' }}>
      <Table stickyHeader striped miw={480} style={{ fontVariantNumeric: 'tabular-nums' }}>
        <Table.Caption>{t('chart.table')}</Table.Caption>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{t('chart.epoch')}</Table.Th>
            <Table.Th scope="col">{t('chart.trainingAccuracy')}</Table.Th>
            <Table.Th scope="col">{t('chart.validationAccuracy')}</Table.Th>
            <Table.Th scope="col">{t('chart.trainingLoss')}</Table.Th>
            <Table.Th scope="col">{t('chart.validationLoss')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {curve.map((row) => (
            <Table.Tr key={row.epoch} fw={row.epoch === bestEpoch ? 700 : undefined}>
              <Table.Th scope="row">
                {row.epoch === bestEpoch ? `${row.epoch} (${t('chart.best')})` : row.epoch}
              </Table.Th>
              <Table.Td>{percent(row.accuracy)}</Table.Td>
              <Table.Td>{percent(row.validationAccuracy)}</Table.Td>
              <Table.Td>{loss(row.loss)}</Table.Td>
              <Table.Td>{loss(row.validationLoss)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Box>
  );
}
