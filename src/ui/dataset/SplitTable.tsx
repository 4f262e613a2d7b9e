/** Counts of pictures, class by split. */
import { ScrollArea, Table } from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Dataset } from '../../domain/dataset.ts';
import { SPLIT_NAMES } from '../../domain/picture.ts';
import { countsOf } from '../../state/dataset/derived.ts';
import { useFormat } from '../common/useFormat.ts';

export function SplitTable({ dataset }: { readonly dataset: Dataset }) {
  const { t } = useTranslation('dataset');
  const format = useFormat();
  const counts = useMemo(() => countsOf(dataset), [dataset]);
  return (
    <ScrollArea.Autosize
      mah={280}
      type="auto"
      // Or the bar lies over the numbers of the last column.
      offsetScrollbars="present"
      viewportProps={{ tabIndex: 0, role: 'region', 'aria-label': t('split.table') }}
    >
      <Table fz="xs" verticalSpacing={4} horizontalSpacing={6} stickyHeader aria-label={t('split.table')}>
        <Table.Thead bg="var(--hs-surface)">
          <Table.Tr>
            <Table.Th scope="col">{t('split.class')}</Table.Th>
            {SPLIT_NAMES.map((name) => (
              <Table.Th key={name} scope="col" ta="right">
                {t(`split.${name}`)}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {counts.map((line) => (
            <Table.Tr key={line.classId}>
              <Table.Th scope="row" fw={500}>
                {line.className}
              </Table.Th>
              {SPLIT_NAMES.map((split) => (
                <Table.Td key={split} ta="right" style={{ fontVariantNumeric: 'tabular-nums' }}>
                  {format.number(line[split])}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollArea.Autosize>
  );
}
