/** Which network learns: the one that knows a million photos already, or one that begins with nothing. */
import { Accordion, Button, NativeSelect, Stack, Text } from '@mantine/core';
import { useCallback, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { DEFINED_NETWORK_ID } from '../../../domain/trainSettings.ts';
import { engineStore, ensureEngine } from '../../../state/engine/engine.ts';
import { loadOwnBackbones, ownBackbonesStore } from '../../../state/engine/ownBackbones.ts';
import { preferencesStore } from '../../../state/shell/preferences.ts';
import { chooseBackbone } from '../../../state/training/backboneInUse.ts';
import { describeNetwork } from '../../../state/training/describedNetwork.ts';
import { chooseNetwork } from '../../../state/training/fromScratch.ts';
import { nextRunStore } from '../../../state/training/nextRun.ts';
import { startingPointStore } from '../../../state/training/startingPoint.ts';
import { ErrorMessage } from '../../common/ErrorMessage.tsx';
import { HELP_BELOW } from '../../common/settings/settingFields.ts';
import { useAction } from '../../common/useAction.ts';
import { useFormat } from '../../common/useFormat.ts';
import { DefinedNetwork } from './DefinedNetwork.tsx';
import { FreshNetworkFields } from './FreshNetworkFields.tsx';
import { NetworkDiagram } from './NetworkDiagram.tsx';
import { OwnWeights } from './OwnWeights.tsx';
import { useShownNetwork } from './useShownNetwork.ts';
import { WeightsStatus } from './WeightsStatus.tsx';

/** Of the choice that is no backbone of the list. */
const PUBLISHED = 'published';
/** Stands before a fingerprint. */
const OWN = 'own ';

export function NetworkPanel() {
  const { t } = useTranslation('train');
  const format = useFormat();
  const networks = useStore(engineStore, (state) => state.networks);
  const fromScratch = useStore(nextRunStore, ({ settings }) => settings.fromScratch);
  const backbones = useStore(ownBackbonesStore, (state) => state.backbones);
  const isDecided = useStore(startingPointStore, ({ model }) => model !== null);
  const look = useAction(
    useCallback(() => ensureEngine(undefined, 'bare'), []),
    'inline',
  );
  useEffect(() => void loadOwnBackbones(), []);
  const { own, title, facts: shown, error, msPerPicture } = useShownNetwork();
  const isOwnChosen = useStore(preferencesStore, ({ backbone }) => backbone !== null);
  const isDefined = fromScratch?.definition !== undefined;
  const isReady = networks.length > 0;
  useEffect(() => {
    if (isReady && fromScratch) void describeNetwork(fromScratch);
  }, [isReady, fromScratch]);
  const listed = networks.find(({ id }) => id === fromScratch?.backboneId);
  const ofList = shown && { backboneId: shown.id, inputSizePx: shown.inputSizePx };
  const saved = isDefined ? null : (fromScratch ?? ofList ?? null);
  const titleOf = (backboneId: string) => networks.find(({ id }) => id === backboneId)?.title ?? backboneId;
  const choose = (value: string) => {
    if (isDefined && value === fromScratch?.backboneId) return;
    chooseNetwork(networks.find(({ id }) => id === value) ?? null);
    if (value === PUBLISHED) chooseBackbone(null);
    if (value.startsWith(OWN)) chooseBackbone(value.slice(OWN.length));
  };
  if (isDecided)
    return (
      <Stack>
        <Text size="sm">{t('network.decided')}</Text>
        <WeightsStatus />
      </Stack>
    );
  return (
    <Stack align="flex-start">
      {!isReady ? (
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
      )}
      {isReady && fromScratch && (
        <FreshNetworkFields
          network={fromScratch}
          listed={listed}
          leastInputPx={shown?.leastInputPx ?? listed?.leastInputPx ?? 1}
        />
      )}
      {error && <ErrorMessage error={error} />}
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
      {isReady && <DefinedNetwork network={saved} />}
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
