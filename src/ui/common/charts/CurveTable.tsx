/** The curves as numbers: for screen readers, and for whoever wants to know exactly. */

import { Box, Table } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { EpochMetrics } from '../../../domain/curve.ts';
import { useFormat } from '../useFormat.ts';
import { RATE_DIGITS, ratesOf } from './curveMarks.ts';

export interface CurveTableProps {
  readonly curve: readonly EpochMetrics[];
  readonly bestEpoch: number | null;
}

export function CurveTable({ curve, bestEpoch }: CurveTableProps) {
  const { t } = useTranslation('train');
  const format = useFormat();
  const percent = (fraction: number | null) =>
    fraction === null ? t('chart.none') : format.percent(fraction);
  const loss = (value: number | null) => (value === null ? t('chart.none') : format.number(value, 3));
  // Columns that say the same in every row would only take room.
  const hasPhases = curve.some(({ phase }) => phase === 'fineTune');
  const hasRate = ratesOf(curve).length > 0;
  return (
    // A region that scrolls must be reachable by keyboard.
    <Box role="group" tabIndex={0} aria-label={t('chart.table')} mah={360} style={{ overflow: 'auto' }}>
      <Table stickyHeader striped miw={480} style={{ fontVariantNumeric: 'tabular-nums' }}>
        <Table.Caption>{t('chart.table')}</Table.Caption>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{t('chart.epoch')}</Table.Th>
            {hasPhases && <Table.Th scope="col">{t('chart.phase')}</Table.Th>}
            <Table.Th scope="col">{t('chart.trainingAccuracy')}</Table.Th>
            <Table.Th scope="col">{t('chart.validationAccuracy')}</Table.Th>
            <Table.Th scope="col">{t('chart.trainingLoss')}</Table.Th>
            <Table.Th scope="col">{t('chart.validationLoss')}</Table.Th>
            {hasRate && <Table.Th scope="col">{t('chart.rate')}</Table.Th>}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {curve.map((row) => (
            <Table.Tr key={row.epoch} fw={row.epoch === bestEpoch ? 700 : undefined}>
              <Table.Th scope="row">
                {row.epoch === bestEpoch ? `${row.epoch} (${t('chart.best')})` : row.epoch}
              </Table.Th>
              {hasPhases && (
                <Table.Td>{t(row.phase === 'fineTune' ? 'chart.phaseFineTune' : 'chart.phaseHead')}</Table.Td>
              )}
              <Table.Td>{percent(row.accuracy)}</Table.Td>
              <Table.Td>{percent(row.validationAccuracy)}</Table.Td>
              <Table.Td>{loss(row.loss)}</Table.Td>
              <Table.Td>{loss(row.validationLoss)}</Table.Td>
              {hasRate && (
                <Table.Td>
                  {row.learningRate === undefined
                    ? t('chart.none')
                    : format.number(row.learningRate, RATE_DIGITS)}
                </Table.Td>
              )}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Box>
  );
}
