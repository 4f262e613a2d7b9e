/** Where a run stands, as a short list that a screen reader reads like anyone else. */

import { Group, Text, ThemeIcon } from '@mantine/core';
import { IconCheck, IconPlayerPause } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { RunStep } from '../../state/training/run.ts';

const STEPS = ['preparing', 'extracting', 'training', 'saving'] as const;

type StepState = 'done' | 'now' | 'waiting';

/** Checking is the first half of "check and save". */
function shownStep(step: RunStep): RunStep {
  return step === 'checking' ? 'saving' : step;
}

export interface TrainStepsProps {
  readonly step: RunStep;
  readonly isPaused: boolean;
}

/** What stands before a step: done, at rest, or its number. */
function StepMark({ state, isPaused, number }: { state: StepState; isPaused: boolean; number: number }) {
  if (state === 'done') return <IconCheck size={16} />;
  return state === 'now' && isPaused ? <IconPlayerPause size={14} /> : number;
}

export function TrainSteps({ step: running, isPaused }: TrainStepsProps) {
  const { t } = useTranslation('train');
  const current = (STEPS as readonly RunStep[]).indexOf(shownStep(running));
  return (
    <Group component="ol" aria-label={t('steps.label')} gap="lg" m={0} p={0} style={{ listStyle: 'none' }}>
      {STEPS.map((step, index) => {
        const state: StepState = index < current ? 'done' : index === current ? 'now' : 'waiting';
        return (
          <Group
            component="li"
            key={step}
            gap="xs"
            wrap="nowrap"
            aria-current={state === 'now' ? 'step' : undefined}
          >
            <ThemeIcon
              aria-hidden
              radius="xl"
              size="md"
              variant={state === 'waiting' ? 'default' : 'filled'}
              color="sea"
            >
              <StepMark state={state} isPaused={isPaused} number={index + 1} />
            </ThemeIcon>
            <Text size="sm" {...(state === 'now' ? { fw: 700 } : {})}>
              {t(`steps.${step}`)}
            </Text>
          </Group>
        );
      })}
    </Group>
  );
}
