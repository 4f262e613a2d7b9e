/** Offers to go on with a training that a reload, a crash or a closed laptop has interrupted. */
import { Button, Group, Stack, Text } from '@mantine/core';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { discardInterrupted, interruptedStore } from '../../state/training/checkpoint.ts';
import { lastRunStore } from '../../state/training/lastRun.ts';
import { resumeTraining } from '../../state/training/training.ts';
import { Panel } from '../common/Panel.tsx';
import { useAction } from '../common/useAction.ts';
import { useFormat } from '../common/useFormat.ts';

export function ResumePanel() {
  const { t } = useTranslation('train');
  const format = useFormat();
  const id = useId();
  const interrupted = useStore(interruptedStore, (state) => state.interrupted);
  const hasGonePictures = useStore(
    lastRunStore,
    ({ last }) => last?.outcome.kind === 'failed' && last.outcome.error.code === 'notFound',
  );
  const discard = useAction(discardInterrupted);
  if (!interrupted) return null;
  const { name, classNames, epoch, plannedEpochs, savedAt } = interrupted;
  const what = {
    classes: t('plan.classes', { count: classNames.length }),
    epoch,
    epochs: plannedEpochs,
    date: format.dateTime(savedAt),
  };
  return (
    <Panel title={t('resume.title')}>
      <Stack gap="sm">
        <Text id={id} style={{ overflowWrap: 'anywhere' }}>
          {name.trim() ? t('resume.what', { name: name.trim(), ...what }) : t('resume.whatUnnamed', what)}
        </Text>
        <Text c="dimmed">{t(hasGonePictures ? 'resume.missing' : 'resume.explanation')}</Text>
        <Group>
          <Button aria-describedby={id} onClick={() => void resumeTraining()} disabled={discard.busy}>
            {t('resume.goOn')}
          </Button>
          <Button
            variant="default"
            aria-describedby={id}
            onClick={() => discard.run()}
            loading={discard.busy}
          >
            {t('resume.throwAway')}
          </Button>
        </Group>
      </Stack>
    </Panel>
  );
}
