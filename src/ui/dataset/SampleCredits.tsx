/** Names the artists of the sample pictures, as their licences ask and as they deserve. */
import { Anchor, Text } from '@mantine/core';
import { Fragment } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { samplesStore } from '../../state/dataset/samples.ts';

export function SampleCredits() {
  const { t } = useTranslation('dataset');
  const summary = useStore(samplesStore, (state) => state.summary);
  if (!summary) return null;
  return (
    <Text size="xs" c="dimmed">
      {t('sample.credits')}{' '}
      {summary.credits.map(({ name, author, url, licence, licenceUrl }, index) => (
        <Fragment key={name}>
          {index > 0 && ' · '}
          <Anchor href={url} target="_blank" rel="noreferrer" inherit underline="always">
            {name} ({author})
          </Anchor>
          {', '}
          <Anchor href={licenceUrl} target="_blank" rel="noreferrer" inherit underline="always">
            {licence}
          </Anchor>
        </Fragment>
      ))}
    </Text>
  );
}
