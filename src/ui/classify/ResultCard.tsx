/** One file: its picture, and what the model takes it for, or why it could not be read. */
import { Card, Group, Image, Stack, Text } from '@mantine/core';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import type { ClassifyItem } from '../../state/classify/classify.ts';
import { ErrorSentence } from '../common/ErrorSentence.tsx';
import { usePictureUrl } from '../common/usePictureUrl.ts';
import { TopBars } from './TopBars.tsx';

const THUMBNAIL_PX = 96;

function Outcome({ item }: { readonly item: ClassifyItem }) {
  const { t } = useTranslation(['classify', 'errors']);
  if (item.status === 'waiting') {
    return (
      <Text size="sm" c="dimmed">
        {t('waiting')}
      </Text>
    );
  }
  if (item.skipped)
    return <Text size="sm">{t(`errors:skip.${item.skipped.reason}`, item.skipped.details)}</Text>;
  if (item.error) {
    return (
      <Text size="sm">
        <ErrorSentence error={item.error} />
      </Text>
    );
  }
  return <TopBars top={item.top} />;
}

/** Memoised: a run of thousands changes one card at a time. */
export const ResultCard = memo(function ResultCard({ item }: { readonly item: ClassifyItem }) {
  const url = usePictureUrl(item.thumbnail);
  return (
    <Card
      component="li"
      withBorder
      padding="sm"
      radius="md"
      // Cards out of sight cost nothing.
      style={{ contentVisibility: 'auto', containIntrinsicSize: 'auto 190px' }}
    >
      <Group align="flex-start" wrap="nowrap" gap="sm">
        {url ? (
          <Image src={url} alt="" w={THUMBNAIL_PX} h={THUMBNAIL_PX} fit="contain" radius="sm" flex="none" />
        ) : null}
        <Stack gap={6} flex={1} miw={0}>
          <Text size="sm" c="dimmed" truncate title={item.name}>
            {item.name}
          </Text>
          <Outcome item={item} />
        </Stack>
      </Group>
    </Card>
  );
});
