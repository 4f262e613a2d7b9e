/** What a person sets of a network from scratch: the size of its pictures, how colours enter it, its layers where they are open. */
import { NativeSelect, SimpleGrid } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { NetworkFacts } from '../../../domain/networkFacts.ts';
import type { FreshNetwork } from '../../../domain/trainSettings.ts';
import { changeTrainSettings } from '../../../state/training/nextRun.ts';
import { HELP_BELOW } from '../../common/settings/settingFields.ts';
import { NumberSettingInput } from '../NumberSettingInput.tsx';
import { LayerFields } from './LayerFields.tsx';

const LARGEST_INPUT_PX = 512;

export interface FreshNetworkFieldsProps {
  readonly network: FreshNetwork;
  /** undefined where it is none of the list. */
  readonly listed: NetworkFacts | undefined;
  /** Side of the smallest pictures that it takes. */
  readonly leastInputPx: number;
}

export function FreshNetworkFields({ network, listed, leastInputPx }: FreshNetworkFieldsProps) {
  const { t } = useTranslation('train');
  const usual = listed?.layers;
  return (
    <>
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="lg" verticalSpacing="md" w="100%">
        <NumberSettingInput
          field={{ min: leastInputPx, max: LARGEST_INPUT_PX, step: 1, integer: true }}
          label={t('network.size.label')}
          description={t('network.size.help')}
          value={network.inputSizePx}
          onChange={(inputSizePx) => changeTrainSettings({ fromScratch: { ...network, inputSizePx } })}
        />
        <NativeSelect
          label={t('network.normalisation.label')}
          description={t('network.normalisation.help')}
          inputWrapperOrder={HELP_BELOW}
          value={network.normalisation === undefined ? 'network' : 'data'}
          data={(['network', 'data'] as const).map((value) => ({
            value,
            label: t(`network.normalisation.${value}`),
          }))}
          onChange={({ currentTarget }) => {
            const { normalisation: _before, ...rest } = network;
            const isByData = currentTarget.value === 'data';
            changeTrainSettings({ fromScratch: isByData ? { ...rest, normalisation: 'data' } : rest });
          }}
        />
      </SimpleGrid>
      {usual && <LayerFields layers={network.layers ?? usual} usual={usual} />}
    </>
  );
}
