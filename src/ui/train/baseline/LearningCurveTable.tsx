/** The learning curve as numbers. */
import { Box, Table } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { LearningPoint } from '../../../evaluation/learningCurve.ts';
import { useFormat } from '../../common/useFormat.ts';

export function LearningCurveTable({ points }: { readonly points: readonly LearningPoint[] }) {
  const { t } = useTranslation('baseline');
  const format = useFormat();
  return (
    // A region that scrolls must be reachable by keyboard.
    <Box role="group" tabIndex={0} aria-label={t('chart.table')} style={{ overflowX: 'auto' }}>
      <Table striped style={{ fontVariantNumeric: 'tabular-nums' }}>
        <Table.Caption>{t('chart.table')}</Table.Caption>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{t('chart.count')}</Table.Th>
            <Table.Th scope="col">{t('chart.accuracy')}</Table.Th>
            <Table.Th scope="col">{t('chart.spread')}</Table.Th>
            <Table.Th scope="col">{t('chart.draws')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {points.map(({ trainCount, accuracy, spread, draws }) => (
            <Table.Tr key={trainCount}>
              <Table.Th scope="row">{format.number(trainCount)}</Table.Th>
              <Table.Td>{format.percent(accuracy)}</Table.Td>
              <Table.Td>{spread === null ? t('chart.none') : `± ${format.percent(spread)}`}</Table.Td>
              <Table.Td>{format.number(draws)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Box>
  );
}
