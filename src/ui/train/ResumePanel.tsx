/** Offers to go on with a training that a reload, a crash, a failure or one press of a button has ended, or to keep what it has learned. */
import { Button, Group, Stack, Text } from '@mantine/core';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { CheckpointHeader } from '../../domain/checkpoint.ts';
import { discardInterrupted, interruptedStore } from '../../state/training/checkpoint.ts';
import { lastRunStore } from '../../state/training/lastRun.ts';
import { keepInterrupted, resumeTraining } from '../../state/training/training.ts';
import { Panel } from '../common/Panel.tsx';
import { useAction } from '../common/useAction.ts';
import { useFormat } from '../common/useFormat.ts';

const TITLES = { cancelled: 'resume.titleCancelled', failed: 'resume.titleFailed' } as const;

/** How far it got, and why no further. */
function What({ id, interrupted }: { readonly id: string; readonly interrupted: CheckpointHeader }) {
  const { t } = useTranslation(['train', 'errors']);
  const format = useFormat();
  const hasGonePictures = useStore(
    lastRunStore,
    ({ last }) => last?.outcome.kind === 'failed' && last.outcome.error.code === 'notFound',
  );
  const { name, classNames, epoch, plannedEpochs, savedAt, fate, tries = 0, isHeadKept } = interrupted;
  const what = {
    classes: t('plan.classes', { count: classNames.length }),
    epoch,
    epochs: plannedEpochs,
    date: format.dateTime(savedAt),
  };
  return (
    <>
      <Text id={id} style={{ overflowWrap: 'anywhere' }}>
        {name.trim() ? t('resume.what', { name: name.trim(), ...what }) : t('resume.whatUnnamed', what)}
      </Text>
      {fate?.kind === 'failed' && (
        <Text>
          {t('resume.failedWhy', {
            what: t(`errors:${fate.code}.title`, { ...fate.details, defaultValue: '' }),
          })}
        </Text>
      )}
      {isHeadKept && <Text>{t('resume.headKept')}</Text>}
      {tries > 0 && <Text>{t('resume.triedBefore', { count: tries })}</Text>}
      <Text c="dimmed">{t(hasGonePictures ? 'resume.missing' : 'resume.explanation')}</Text>
    </>
  );
}

export function ResumePanel() {
  const { t } = useTranslation('train');
  const id = useId();
  const interrupted = useStore(interruptedStore, (state) => state.interrupted);
  const discard = useAction(discardInterrupted);
  if (!interrupted) return null;
  const { fate, epoch, isHeadKept, tries = 0 } = interrupted;
  const title = fate && fate.kind !== 'discarded' ? t(TITLES[fate.kind]) : t('resume.title');
  // Before the end of an epoch there is nothing that would be worth keeping.
  const canKeep = epoch > 0 && !isHeadKept;
  return (
    <Panel title={title}>
      <Stack gap="sm">
        <What id={id} interrupted={interrupted} />
        <Group>
          <Button aria-describedby={id} onClick={() => void resumeTraining()} disabled={discard.busy}>
            {t(fate?.kind === 'failed' || tries > 0 ? 'resume.tryAgain' : 'resume.goOn')}
          </Button>
          {canKeep && (
            <Button
              variant="default"
              aria-describedby={id}
              onClick={() => void keepInterrupted()}
              disabled={discard.busy}
            >
              {t('resume.keepNow')}
            </Button>
          )}
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
