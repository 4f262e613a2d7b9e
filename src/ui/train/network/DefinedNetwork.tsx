/** A network in a file: one of the list taken out, to look at or to change, and one of a person's own opened. */
import { Button, Group, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { FreshNetwork } from '../../../domain/trainSettings.ts';
import { openNetworkFile, saveNetworkFile } from '../../../state/training/definedNetworks.ts';
import { FilePicker } from '../../common/FilePicker.tsx';
import { useAction } from '../../common/useAction.ts';

/** @param network of the list; null where what is shown came from a file itself */
export function DefinedNetwork({ network }: { readonly network: FreshNetwork | null }) {
  const { t } = useTranslation('train');
  const open = useAction(openNetworkFile);
  const save = useAction(saveNetworkFile);
  return (
    <Stack gap="xs" w="100%">
      <Text size="sm">{t('define.help')}</Text>
      <Group gap="xs">
        <FilePicker
          name="network"
          variant="default"
          multiple={false}
          accept=".json,application/json"
          loading={open.busy}
          onPick={([file]) => file && open.run(file)}
        >
          {t('define.open')}
        </FilePicker>
        {network && (
          <Button variant="default" loading={save.busy} onClick={() => save.run(network)}>
            {t('define.save')}
          </Button>
        )}
      </Group>
    </Stack>
  );
}
