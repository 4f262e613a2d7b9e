/** Which network learns: the one that knows a million photos already, or one that begins with nothing. */
import { Accordion, Button, NativeSelect, SimpleGrid, Stack, Text } from '@mantine/core';
import { useCallback, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { DEFINED_NETWORK_ID } from '../../../domain/trainSettings.ts';
import { engineStore, ensureEngine } from '../../../state/engine/engine.ts';
import { loadOwnBackbones, ownBackbonesStore } from '../../../state/engine/ownBackbones.ts';
import { preferencesStore } from '../../../state/shell/preferences.ts';
import { chooseBackbone } from '../../../state/training/backboneInUse.ts';
import { describeDefinition } from '../../../state/training/definedNetworks.ts';
import { chooseNetwork } from '../../../state/training/fromScratch.ts';
import { changeTrainSettings, nextRunStore } from '../../../state/training/nextRun.ts';
import { startingPointStore } from '../../../state/training/startingPoint.ts';
import { ErrorMessage } from '../../common/ErrorMessage.tsx';
import { HELP_BELOW } from '../../common/settings/settingFields.ts';
import { useAction } from '../../common/useAction.ts';
import { useFormat } from '../../common/useFormat.ts';
import { NumberSettingInput } from '../NumberSettingInput.tsx';
import { DefinedNetwork } from './DefinedNetwork.tsx';
import { NetworkDiagram } from './NetworkDiagram.tsx';
import { OwnWeights } from './OwnWeights.tsx';
import { useShownNetwork } from './useShownNetwork.ts';

/** Of the choice that is no backbone of the list. */
const PUBLISHED = 'published';
/** Stands before a fingerprint. */
const OWN = 'own ';
const LARGEST_INPUT_PX = 512;

export function NetworkPanel() {
  const { t } = useTranslation('train');
  const format = useFormat();
  const networks = useStore(engineStore, (state) => state.networks);
  const fromScratch = useStore(nextRunStore, ({ settings }) => settings.fromScratch);
  const backbones = useStore(ownBackbonesStore, (state) => state.backbones);
  const isDecided = useStore(startingPointStore, ({ model }) => model !== null);
  const look = useAction(
    useCallback(() => ensureEngine(), []),
    'inline',
  );
  useEffect(() => void loadOwnBackbones(), []);
  const { own, title, facts: shown, msPerPicture } = useShownNetwork();
  const isOwnChosen = useStore(preferencesStore, ({ backbone }) => backbone !== null);
  const definition = fromScratch?.definition;
  const isDefined = definition !== undefined;
  const isReady = networks.length > 0;
  useEffect(() => {
    // A recipe or a model may have brought one along; whoever trains it is told what is wrong with it.
    if (isReady && definition !== undefined)
      describeDefinition(definition).catch((thrown: unknown) => console.warn('not a network', thrown));
  }, [isReady, definition]);
  const chosen = isDefined ? shown : networks.find(({ id }) => id === fromScratch?.backboneId);
  const titleOf = (backboneId: string) => networks.find(({ id }) => id === backboneId)?.title ?? backboneId;
  const choose = (value: string) => {
    if (isDefined && value === fromScratch?.backboneId) return;
    chooseNetwork(networks.find(({ id }) => id === value) ?? null);
    if (value === PUBLISHED) chooseBackbone(null);
    if (value.startsWith(OWN)) chooseBackbone(value.slice(OWN.length));
  };
  if (isDecided) return <Text size="sm">{t('network.decided')}</Text>;
  return (
    <Stack align="flex-start">
      {networks.length === 0 ? (
        <>
          <Text size="sm">{t('network.notYet')}</Text>
          <Button variant="default" loading={look.busy} onClick={() => look.run()}>
            {t('network.show')}
          </Button>
          {look.error && <ErrorMessage error={look.error} />}
          {isOwnChosen && (
            <Button variant="default" onClick={() => chooseBackbone(null)}>
              {t('network.backToPublished')}
            </Button>
          )}
        </>
      ) : (
        <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="lg" verticalSpacing="md" w="100%">
          <NativeSelect
            label={t('network.label')}
            description={t('network.help')}
            inputWrapperOrder={HELP_BELOW}
            value={fromScratch?.backboneId ?? (own ? OWN + own.fingerprint : PUBLISHED)}
            data={[
              { value: PUBLISHED, label: t('network.published') },
              ...backbones.map(({ fingerprint, backboneId, fileName }) => ({
                value: OWN + fingerprint,
                label: t('own.name', { title: titleOf(backboneId), file: fileName }),
              })),
              ...(isDefined ? [{ value: DEFINED_NETWORK_ID, label: t('network.fresh', { title }) }] : []),
              ...networks.map((one) => ({ value: one.id, label: t('network.fresh', { title: one.title }) })),
            ]}
            onChange={({ currentTarget }) => choose(currentTarget.value)}
          />
          {fromScratch && chosen && (
            <NumberSettingInput
              field={{ min: chosen.leastInputPx, max: LARGEST_INPUT_PX, step: 1, integer: true }}
              label={t('network.size.label')}
              description={t('network.size.help')}
              value={fromScratch.inputSizePx}
              onChange={(inputSizePx) =>
                changeTrainSettings({ fromScratch: { ...fromScratch, inputSizePx } })
              }
            />
          )}
          {fromScratch && (
            <NativeSelect
              label={t('network.normalisation.label')}
              description={t('network.normalisation.help')}
              inputWrapperOrder={HELP_BELOW}
              value={fromScratch.normalisation === undefined ? 'network' : 'data'}
              data={(['network', 'data'] as const).map((value) => ({
                value,
                label: t(`network.normalisation.${value}`),
              }))}
              onChange={({ currentTarget }) => {
                const { normalisation: _before, ...rest } = fromScratch;
                const isByData = currentTarget.value === 'data';
                changeTrainSettings({ fromScratch: isByData ? { ...rest, normalisation: 'data' } : rest });
              }}
            />
          )}
        </SimpleGrid>
      )}
      {shown && (
        <Text size="sm" c="dimmed">
          {t('network.facts', {
            parameters: format.compact(shown.parameters),
            products: format.compact(shown.multiplyAdds),
            size: shown.inputSizePx,
          })}{' '}
          {msPerPicture !== null && t('network.speed', { duration: format.duration(msPerPicture) })}
        </Text>
      )}
      {shown && <NetworkDiagram network={shown} />}
      {networks.length > 0 && <DefinedNetwork backboneId={isDefined ? null : (shown?.id ?? null)} />}
      <OwnWeights />
    </Stack>
  );
}

/** The panel as one line among the others that fold. */
export function NetworkItem() {
  const { t } = useTranslation('train');
  return (
    <Accordion.Item value="network">
      <Accordion.Control>{t('network.title')}</Accordion.Control>
      <Accordion.Panel>
        <NetworkPanel />
      </Accordion.Panel>
    </Accordion.Item>
  );
}
