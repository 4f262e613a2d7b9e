/** The layers of a network whose authors left them open: how many convolutions, how wide each is, and the dense layer. */
import { Button, Fieldset, Group, SimpleGrid, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { FreshNetwork } from '../../../domain/trainSettings.ts';
import { chooseLayers } from '../../../state/training/fromScratch.ts';
import { NumberSettingInput } from '../NumberSettingInput.tsx';

type ChosenLayers = NonNullable<FreshNetwork['layers']>;

const FILTERS = { min: 1, max: 1024, step: 16, integer: true };
const DENSE_UNITS = { min: 1, max: 8192, step: 32, integer: true };
const MOST_CONVOLUTIONS = 7;
/** Each convolution usually has twice the filters of the one before, up to here. */
const MOST_USUAL_FILTERS = 256;

export interface LayerFieldsProps {
  readonly layers: ChosenLayers;
  readonly usual: ChosenLayers;
}

export function LayerFields({ layers, usual }: LayerFieldsProps) {
  const { t } = useTranslation('train');
  const { filters, denseUnits } = layers;
  const change = (next: Partial<ChosenLayers>) => chooseLayers({ ...layers, ...next }, usual);
  const next = Math.min(MOST_USUAL_FILTERS, 2 * (filters.at(-1) ?? 16));
  return (
    <Fieldset legend={t('layers.title')} w="100%">
      <Text size="sm" mb="xs">
        {t('layers.help')}
      </Text>
      <SimpleGrid cols={{ base: 2, sm: 4 }} spacing="md" verticalSpacing="xs">
        {filters.map((count, index) => (
          <NumberSettingInput
            // Convolutions never change places.
            // biome-ignore lint/suspicious/noArrayIndexKey: the number of a convolution is what it is
            key={index}
            field={FILTERS}
            label={t('layers.filters', { number: index + 1 })}
            value={count}
            onChange={(value) => change({ filters: filters.with(index, value) })}
          />
        ))}
      </SimpleGrid>
      <Group gap="xs" my="sm">
        <Button
          size="xs"
          variant="default"
          disabled={filters.length >= MOST_CONVOLUTIONS}
          onClick={() => change({ filters: [...filters, next] })}
        >
          {t('layers.add')}
        </Button>
        <Button
          size="xs"
          variant="default"
          disabled={filters.length === 1}
          onClick={() => change({ filters: filters.slice(0, -1) })}
        >
          {t('layers.remove')}
        </Button>
        <Button size="xs" variant="default" disabled={layers === usual} onClick={() => change(usual)}>
          {t('layers.reset', { filters: usual.filters.join('-'), units: usual.denseUnits })}
        </Button>
      </Group>
      <NumberSettingInput
        field={DENSE_UNITS}
        label={t('layers.denseUnits.label')}
        description={t('layers.denseUnits.help')}
        value={denseUnits}
        onChange={(value) => change({ denseUnits: value })}
      />
    </Fieldset>
  );
}
