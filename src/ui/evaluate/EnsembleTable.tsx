/** The models that a model was made of: how much each counts, and how good it is alone. */
import { Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { EnsembleFacts } from '../../domain/model.ts';
import { useFormat } from '../common/useFormat.ts';

export function EnsembleTable({ ensemble }: { readonly ensemble: EnsembleFacts }) {
  const { t } = useTranslation('evaluate');
  const format = useFormat();
  return (
    <>
      <Text size="sm">
        {t(`ensemble.${ensemble.weighting}`)} {ensemble.flips && t('ensemble.flips')}
      </Text>
      <Table.ScrollContainer minWidth={320}>
        <Table aria-label={t('ensemble.title')}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('ensemble.model')}</Table.Th>
              <Table.Th>{t('ensemble.weight')}</Table.Th>
              <Table.Th>{t('ensemble.alone')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {ensemble.members.map(({ name, weight, testAccuracy }, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: two of them may have had one name
              <Table.Tr key={index}>
                <Table.Th scope="row" fw={400} style={{ overflowWrap: 'anywhere' }}>
                  {name}
                </Table.Th>
                <Table.Td>{format.percent(weight)}</Table.Td>
                <Table.Td>{testAccuracy === null ? '–' : format.percent(testAccuracy)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </>
  );
}
