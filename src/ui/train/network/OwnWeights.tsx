/** Weights that the person brought: how to bring some, which there are, and what was found in each file. */
import { Button, Group, NativeSelect, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { type OwnBackbone, PREPROCESSING_KINDS } from '../../../domain/ownBackbone.ts';
import { publishedHash } from '../../../domain/weightSources.ts';
import type { DownloadAddress } from '../../../shared/downloadAddress.ts';
import { engineStore } from '../../../state/engine/engine.ts';
import { addOwnBackbone, ownBackbonesStore, removeOwnBackbone } from '../../../state/engine/ownBackbones.ts';
import { offerDownload, weightsOfferStore } from '../../../state/engine/weightsOffer.ts';
import { choiceNow, chooseIfUnchanged } from '../../../state/training/chooseOwnWeights.ts';
import { FilePicker } from '../../common/FilePicker.tsx';
import { HELP_BELOW } from '../../common/settings/settingFields.ts';
import { UnreadableNote } from '../../common/UnreadableNote.tsx';
import { useAction } from '../../common/useAction.ts';
import { useFormat } from '../../common/useFormat.ts';
import { useSelected } from '../../common/useSelected.ts';
import { WeightSources } from './WeightSources.tsx';
import { WeightsFromAddress } from './WeightsFromAddress.tsx';
import { WeightsStatus } from './WeightsStatus.tsx';

/** Stands for no choice of a person's own. */
const AS_PUBLISHED = 'asPublished';

function HashWords({ fileName, hash }: { readonly fileName: string; readonly hash: string }) {
  const { t } = useTranslation('train');
  const published = publishedHash(fileName, hash);
  if (published?.kind === 'beginning') return t('own.hashBegins', { hash, digits: published.digits });
  return t(published ? 'own.hashPublished' : 'own.hash', { hash });
}

function OwnBackboneItem({ own }: { readonly own: OwnBackbone }) {
  const { t } = useTranslation('train');
  const format = useFormat();
  const title = useStore(
    engineStore,
    ({ networks }) => networks.find(({ id }) => id === own.backboneId)?.title ?? own.backboneId,
  );
  const remove = useAction(removeOwnBackbone);
  const { fit } = own;
  return (
    <li>
      <Group justify="space-between" gap="xs" wrap="nowrap" align="flex-start">
        <Stack gap={2} style={{ minWidth: 0 }}>
          <Text size="sm" fw={600} style={{ overflowWrap: 'anywhere' }}>
            {t('own.name', { title, file: own.fileName })}
          </Text>
          <Text size="xs" c="dimmed">
            {t('own.facts', { size: format.bytes(own.sizeBytes), found: fit.found, side: own.inputSizePx })}{' '}
            {t(own.knowsImagenet ? 'own.withTop' : 'own.withoutTop')}
          </Text>
          {own.fileSha256 && (
            <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
              <HashWords fileName={own.fileName} hash={own.fileSha256} />
            </Text>
          )}
          {fit.extraCount > 0 && (
            <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
              {t('own.extra', { count: fit.extraCount, names: fit.extra.join(', ') })}
            </Text>
          )}
        </Stack>
        <Button
          size="xs"
          variant="default"
          loading={remove.busy}
          style={{ flexShrink: 0 }}
          aria-label={t('own.removeNamed', { name: own.fileName })}
          onClick={() => remove.run(own)}
        >
          {t('own.remove')}
        </Button>
      </Group>
    </li>
  );
}

export function OwnWeights() {
  const { t } = useTranslation(['train', 'app']);
  const [wanted, setWanted] = useState(AS_PUBLISHED);
  const { backbones, adding, unreadableCount } = useSelected(
    ownBackbonesStore,
    'backbones',
    'adding',
    'unreadableCount',
  );
  const isDownloading = useStore(weightsOfferStore, ({ progress }) => progress !== null);
  const preprocessing = PREPROCESSING_KINDS.find((one) => one === wanted) ?? null;
  const add = async (files: readonly File[]) => {
    const before = choiceNow();
    const added = await addOwnBackbone(files, preprocessing);
    if (added) chooseIfUnchanged(added, before);
  };
  const ask = (address: DownloadAddress) => offerDownload({ address, preprocessing });
  return (
    <Stack gap="xs" w="100%">
      <Text size="sm">{t('own.help')}</Text>
      <NativeSelect
        label={t('own.preprocessing.label')}
        description={t('own.preprocessing.help')}
        inputWrapperOrder={HELP_BELOW}
        value={wanted}
        data={[AS_PUBLISHED, ...PREPROCESSING_KINDS].map((value) => ({
          value,
          label: t(`own.preprocessing.${value as 'none'}`),
        }))}
        onChange={({ currentTarget }) => setWanted(currentTarget.value)}
      />
      <Group gap="xs">
        <FilePicker
          name="weights"
          variant="default"
          disabled={adding !== null || isDownloading}
          onPick={(files) => void add(files)}
        >
          {t('own.add')}
        </FilePicker>
      </Group>
      <WeightsFromAddress onAsk={ask} />
      <WeightsStatus />
      <UnreadableNote count={unreadableCount} />
      {backbones.length > 0 && (
        <Stack component="ul" aria-label={t('own.list')} gap="sm" m={0} p={0} style={{ listStyle: 'none' }}>
          {backbones.map((own) => (
            <OwnBackboneItem key={own.fingerprint} own={own} />
          ))}
        </Stack>
      )}
      <WeightSources onAsk={ask} />
    </Stack>
  );
}
