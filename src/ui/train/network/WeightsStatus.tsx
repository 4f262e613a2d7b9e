/** How far weights are that are fetched or read, and what went wrong: shown even where no others can be chosen now. */
import { Anchor, Button, Group, Stack, Text } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { cancelAdding, dismissAddingError, ownBackbonesStore } from '../../../state/engine/ownBackbones.ts';
import {
  cancelDownload,
  type DownloadProgress,
  dismissDownloadError,
  type WeightsOffer,
  weightsOfferStore,
} from '../../../state/engine/weightsOffer.ts';
import { ErrorMessage } from '../../common/ErrorMessage.tsx';
import { ProgressBar } from '../../common/progress/ProgressBar.tsx';
import { useSelected } from '../../common/useSelected.ts';

interface DownloadingProps {
  readonly offer: WeightsOffer;
  readonly progress: DownloadProgress;
}

function Downloading({ offer, progress }: DownloadingProps) {
  const { t } = useTranslation(['train', 'app']);
  const cancel = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    // The press was in the frame, which is hidden now; the button that asked for it takes no focus meanwhile.
    const { activeElement } = document;
    if (activeElement === document.body || activeElement instanceof HTMLIFrameElement)
      cancel.current?.focus({ preventScroll: true });
  }, []);
  return (
    <Stack gap="xs">
      <ProgressBar
        label={t('own.address.loading', { name: offer.address.fileName, host: offer.address.host })}
        done={progress.loadedBytes}
        total={progress.totalBytes}
        unit="bytes"
        remainingMs={progress.remainingMs}
      />
      <Group>
        <Button ref={cancel} variant="default" onClick={cancelDownload}>
          {t('app:action.cancel')}
        </Button>
      </Group>
    </Stack>
  );
}

export function WeightsStatus() {
  const { t } = useTranslation(['train', 'app']);
  const { offer, progress, error, failedUrl } = useStore(weightsOfferStore);
  const { adding, error: addingError } = useSelected(ownBackbonesStore, 'adding', 'error');
  return (
    <Stack gap="xs" w="100%">
      {offer && progress && !adding && <Downloading offer={offer} progress={progress} />}
      {adding && (
        <Stack gap="xs">
          <ProgressBar
            label={t('own.reading', { name: adding.name })}
            done={Math.round(adding.doneFraction * 100)}
            total={100}
          />
          <Group>
            <Button variant="default" onClick={cancelAdding}>
              {t('app:action.cancel')}
            </Button>
          </Group>
        </Stack>
      )}
      {addingError && <ErrorMessage error={addingError} onClose={dismissAddingError} />}
      {error && <ErrorMessage error={error} onClose={dismissDownloadError} />}
      {failedUrl && (
        <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
          {t('own.address.byHand')}{' '}
          <Anchor href={failedUrl} target="_blank" rel="noreferrer" underline="always" size="sm">
            {failedUrl}
          </Anchor>
        </Text>
      )}
    </Stack>
  );
}
