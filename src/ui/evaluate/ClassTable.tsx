/** Precision, recall and F1 of each class, with plain words beside the terms. */
import { Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Metrics } from '../../domain/metrics.ts';
import { macroAverages } from '../../evaluation/metrics.ts';
import { useFormat } from '../common/useFormat.ts';

export interface ClassTableProps {
  readonly metrics: Metrics;
  readonly classNames: readonly string[];
}

const COLUMNS = ['recall', 'precision', 'f1'] as const;

export function ClassTable({ metrics, classNames }: ClassTableProps) {
  const { t } = useTranslation('evaluate');
  const format = useFormat();
  const average = macroAverages(metrics);
  return (
    <Table.ScrollContainer minWidth={520} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
      <Table striped style={{ fontVariantNumeric: 'tabular-nums' }} aria-label={t('classes.title')}>
        <Table.Thead>
          <Table.Tr style={{ verticalAlign: 'bottom' }}>
            <Table.Th scope="col">{t('classes.class')}</Table.Th>
            <Table.Th scope="col" style={{ whiteSpace: 'nowrap' }}>
              {t('classes.support')}
            </Table.Th>
            {COLUMNS.map((column) => (
              <Table.Th scope="col" key={column}>
                {t(`classes.${column}`)}
                <Text size="xs" c="dimmed" fw={400}>
                  {t(`classes.${column}Help`)}
                </Text>
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {metrics.perClass.map((row) => (
            <Table.Tr key={row.classIndex}>
              <Table.Th scope="row" style={{ overflowWrap: 'anywhere' }}>
                {classNames[row.classIndex]}
              </Table.Th>
              <Table.Td>{format.number(row.support)}</Table.Td>
              {COLUMNS.map((column) => {
                const fraction = row[column];
                return <Table.Td key={column}>{fraction === null ? '–' : format.percent(fraction)}</Table.Td>;
              })}
            </Table.Tr>
          ))}
        </Table.Tbody>
        {average && (
          <Table.Tfoot>
            <Table.Tr>
              <Table.Th scope="row">{t('classes.average')}</Table.Th>
              <Table.Td>{format.number(metrics.count)}</Table.Td>
              {COLUMNS.map((column) => (
                <Table.Td key={column}>{format.percent(average[column])}</Table.Td>
              ))}
            </Table.Tr>
          </Table.Tfoot>
        )}
      </Table>
    </Table.ScrollContainer>
  );
}
