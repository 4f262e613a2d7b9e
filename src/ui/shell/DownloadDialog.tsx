/**
 * Asks whether one file may be fetched from one address. It lies beside the views, so that a download goes on while the
 * person looks at another one: once the button in the frame is pressed, the dialog hides and its frame works on.
 */
import { Button, Modal, Stack, Text, useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { findWeightSource } from '../../domain/weightSources.ts';
import { hostsBehind } from '../../shared/downloadAddress.ts';
import { addOwnBackbone } from '../../state/engine/ownBackbones.ts';
import { connectDownloadFrame } from '../../state/engine/weightsDownload.ts';
import { cancelDownload, type WeightsOffer, weightsOfferStore } from '../../state/engine/weightsOffer.ts';
import { DOWNLOAD_PAGE_URL } from '../../state/shell/limitFrames.ts';
import { type ChoiceBefore, choiceNow, chooseIfUnchanged } from '../../state/training/chooseOwnWeights.ts';
import { useFormat } from '../common/useFormat.ts';

async function takeFile(file: File, { preprocessing }: WeightsOffer, before: ChoiceBefore): Promise<void> {
  const added = await addOwnBackbone([file], preprocessing);
  cancelDownload();
  if (added) chooseIfUnchanged(added, before);
}

function DownloadFrame({ offer }: { readonly offer: WeightsOffer }) {
  const { t, i18n } = useTranslation('app');
  const frame = useRef<HTMLIFrameElement>(null);
  const [heightPx, setHeightPx] = useState(80);
  const colorScheme = useComputedColorScheme('light', { getInitialValueInEffect: false });
  const firstLook = useRef({ lang: i18n.language, colorScheme });
  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    // While the dialog asks nothing else can be chosen; from the press on, anything can.
    const before = choiceNow();
    return connectDownloadFrame(element, offer, {
      ...firstLook.current,
      onShown: setHeightPx,
      onFile: (file, taken) => void takeFile(file, taken, before),
    });
  }, [offer]);
  return (
    <iframe
      ref={frame}
      src={DOWNLOAD_PAGE_URL}
      // An origin of its own: it can reach nothing of the app, and no script of the app can reach into it.
      sandbox="allow-scripts"
      title={t('download.frame')}
      style={{ width: '100%', height: heightPx, border: 0, display: 'block' }}
    />
  );
}

export function DownloadDialog() {
  const { t } = useTranslation('app');
  const format = useFormat();
  const offer = useStore(weightsOfferStore, (state) => state.offer);
  const isAsking = useStore(weightsOfferStore, ({ progress }) => progress === null);
  if (!offer) return null;
  const { url, fileName, host } = offer.address;
  const source = findWeightSource(fileName);
  const behind = hostsBehind(offer.address);
  return (
    <Modal
      opened={isAsking}
      keepMounted
      // Hidden by React it would be disconnected from its frame.
      keepMountedMode="display-none"
      onClose={cancelDownload}
      title={t('download.title', { host })}
      closeButtonProps={{ 'aria-label': t('action.close') }}
    >
      <Stack gap="sm">
        <Text size="sm">{t('download.promise', { host })}</Text>
        {source && (
          <Text size="sm">
            {t('download.source', {
              title: source.title,
              size: format.bytes(source.sizeBytes),
              licence: source.licence,
            })}
          </Text>
        )}
        {behind.length > 0 && <Text size="sm">{t('download.behind', { hosts: behind.join(', ') })}</Text>}
        <DownloadFrame key={url} offer={offer} />
        <Button variant="default" onClick={cancelDownload}>
          {t('action.cancel')}
        </Button>
      </Stack>
    </Modal>
  );
}
