/** Says in words whether training can start, and leads there. */
import { Button, Stack, Text } from '@mantine/core';
import { IconArrowRight } from '@tabler/icons-react';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import type { Dataset } from '../../domain/dataset.ts';
import { findingsOf } from '../../state/dataset/derived.ts';
import { toHash } from '../../state/shell/navigation.ts';
import { Findings } from '../common/dataset/Findings.tsx';
import { Panel } from '../common/Panel.tsx';

export function ReadyPanel({ dataset }: { readonly dataset: Dataset }) {
  const { t } = useTranslation('dataset');
  const id = useId();
  const findings = findingsOf(dataset);
  const canTrain = findings.every(({ severity }) => severity !== 'error');
  return (
    <Panel title={t(canTrain ? 'ready.title' : 'ready.titleNotYet')}>
      <Stack gap="sm">
        <Text size="sm">
          {t('ready.pictures', { count: dataset.pictures.length })} ·{' '}
          {t('ready.classes', { count: dataset.classes.length })}
        </Text>
        <Findings findings={findings} severity="error" id={id} />
        {canTrain ? (
          <Button
            component="a"
            href={toHash('train')}
            fullWidth
            size="lg"
            rightSection={<IconArrowRight size={20} aria-hidden />}
          >
            {t('ready.train')}
          </Button>
        ) : (
          <Button fullWidth size="lg" disabled aria-describedby={id}>
            {t('ready.train')}
          </Button>
        )}
        <Findings findings={findings} severity="warning" />
      </Stack>
    </Panel>
  );
}
