/** Weights from an address that a person types or pastes: the field, how far the download is, and what went wrong. */
import { Anchor, Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import {
  type AddressProblem,
  type DownloadAddress,
  readDownloadAddress,
} from '../../../shared/downloadAddress.ts';
import { ownBackbonesStore } from '../../../state/engine/ownBackbones.ts';
import {
  cancelDownload,
  dismissDownloadError,
  weightsOfferStore,
} from '../../../state/engine/weightsOffer.ts';
import { ErrorMessage } from '../../common/ErrorMessage.tsx';
import { ProgressBar } from '../../common/progress/ProgressBar.tsx';
import { HELP_BELOW } from '../../common/settings/settingFields.ts';

export function WeightsFromAddress({ onAsk }: { readonly onAsk: (address: DownloadAddress) => void }) {
  const { t } = useTranslation(['train', 'app']);
  const [text, setText] = useState('');
  const [problem, setProblem] = useState<AddressProblem | null>(null);
  const { offer, progress, error, failedUrl } = useStore(weightsOfferStore);
  const isAdding = useStore(ownBackbonesStore, ({ adding }) => adding !== null);
  const ask = () => {
    const address = readDownloadAddress(text);
    if (typeof address === 'string') setProblem(address);
    else onAsk(address);
  };
  return (
    <Stack gap="xs">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          ask();
        }}
      >
        <TextInput
          label={t('own.address.label')}
          description={t('own.address.help')}
          inputWrapperOrder={HELP_BELOW}
          type="url"
          inputMode="url"
          autoComplete="off"
          spellCheck={false}
          placeholder="https://"
          value={text}
          error={problem && t(`own.address.${problem}`)}
          onChange={({ currentTarget }) => {
            setText(currentTarget.value);
            setProblem(null);
          }}
        />
        <Button
          type="submit"
          variant="default"
          mt="xs"
          disabled={offer !== null || isAdding || text.trim() === ''}
        >
          {t('own.address.fetch')}
        </Button>
      </form>
      {offer && progress && !isAdding && (
        <Stack gap="xs">
          <ProgressBar
            label={t('own.address.loading', { name: offer.address.fileName, host: offer.address.host })}
            done={progress.loadedBytes}
            total={progress.totalBytes}
            unit="bytes"
            remainingMs={progress.remainingMs}
          />
          <Group>
            <Button variant="default" onClick={cancelDownload}>
              {t('app:action.cancel')}
            </Button>
          </Group>
        </Stack>
      )}
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
