/** The list of published weights that fit: each can be fetched by the app, or opened in the browser. */
import { Anchor, Button, Group, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { WEIGHT_SOURCES } from '../../../domain/weightSources.ts';
import type { DownloadAddress } from '../../../shared/downloadAddress.ts';
import { ownBackbonesStore } from '../../../state/engine/ownBackbones.ts';
import { weightsOfferStore } from '../../../state/engine/weightsOffer.ts';
import { useFormat } from '../../common/useFormat.ts';

/** Of the hash, hex. */
const SHOWN_DIGITS = 8;

export function WeightSources({ onAsk }: { readonly onAsk: (address: DownloadAddress) => void }) {
  const { t } = useTranslation('train');
  const format = useFormat();
  const isBusy = useStore(weightsOfferStore, ({ offer }) => offer !== null);
  const isAdding = useStore(ownBackbonesStore, ({ adding }) => adding !== null);
  return (
    <Stack gap="xs">
      <Text size="sm" mt="xs">
        {t('own.sources')}
      </Text>
      <Stack
        component="ul"
        aria-label={t('own.sourcesList')}
        gap="xs"
        m={0}
        p={0}
        style={{ listStyle: 'none' }}
      >
        {WEIGHT_SOURCES.map(({ title, url, fileName, sizeBytes, licence, sha256 }) => (
          <Group component="li" key={url} gap="xs" justify="space-between" wrap="nowrap">
            <div>
              <Anchor href={url} target="_blank" rel="noreferrer" underline="always" size="sm">
                {title}
              </Anchor>{' '}
              <Text span size="xs" c="dimmed">
                {t('own.source', {
                  size: format.bytes(sizeBytes),
                  licence,
                  hash: sha256.slice(0, SHOWN_DIGITS),
                })}
              </Text>
            </div>
            <Button
              size="xs"
              variant="default"
              style={{ flexShrink: 0 }}
              disabled={isBusy || isAdding}
              aria-label={t('own.fetchNamed', { title })}
              onClick={() => onAsk({ url, host: new URL(url).host, fileName })}
            >
              {t('own.fetch')}
            </Button>
          </Group>
        ))}
      </Stack>
    </Stack>
  );
}
