/** The chosen runs' curves with their legend. */
import { Group, SimpleGrid, Stack, Switch, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PlacedRun } from '../../state/runs/runs.ts';
import { useChartStyle } from '../common/charts/useChartStyle.ts';
import { useFormat } from '../common/useFormat.ts';
import { OverlayChart } from './OverlayChart.tsx';
import type { CurveSplit } from './overlay.ts';
import { RunMark } from './RunMark.tsx';
import { TRAINING_DASH } from './runStyles.ts';

const VALIDATION: readonly CurveSplit[] = ['validation'];
const BOTH: readonly CurveSplit[] = ['training', 'validation'];

function LineSample({ dash, label }: { readonly dash?: string; readonly label: string }) {
  const { text } = useChartStyle().colors;
  return (
    <Group gap={6} wrap="nowrap">
      <svg width={32} height={8} aria-hidden>
        <line x1={0} x2={32} y1={4} y2={4} stroke={text} strokeWidth={2} strokeDasharray={dash} />
      </svg>
      <Text size="sm">{label}</Text>
    </Group>
  );
}

export function RunCurves({ placed }: { readonly placed: readonly PlacedRun[] }) {
  const { t } = useTranslation(['runs', 'train']);
  const format = useFormat();
  const [withTraining, setWithTraining] = useState(true);
  const hasValidation = placed.some(({ run }) => run.curve.some((epoch) => epoch.validationLoss !== null));
  const splits = withTraining || !hasValidation ? BOTH : VALIDATION;
  const isTuned = placed.some(({ run }) => run.curve.some(({ phase }) => phase === 'fineTune'));
  return (
    <Stack gap="sm">
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <Stack gap={4}>
          <Title order={3} size="h5">
            {t('train:chart.accuracy')}
          </Title>
          <OverlayChart
            placed={placed}
            kind="accuracy"
            splits={splits}
            formatValue={(fraction) => format.percent(fraction, 0)}
          />
        </Stack>
        <Stack gap={4}>
          <Title order={3} size="h5">
            {t('train:chart.loss')}
          </Title>
          <OverlayChart
            placed={placed}
            kind="loss"
            splits={splits}
            formatValue={(value) => format.number(value, 2)}
          />
        </Stack>
      </SimpleGrid>
      <Group component="ul" aria-label={t('chart.legend')} gap="md" m={0} p={0} style={{ listStyle: 'none' }}>
        {placed.map(({ run, place }) => (
          <Group component="li" key={run.id} gap={6}>
            <RunMark place={place} />
            <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
              {t('named', { name: run.data.name || t('unnamed'), date: format.dateTime(run.startedAt) })}
            </Text>
          </Group>
        ))}
      </Group>
      <Group gap="lg">
        {hasValidation && <LineSample label={t('train:chart.validation')} />}
        {splits === BOTH && <LineSample dash={TRAINING_DASH} label={t('train:chart.training')} />}
        {hasValidation && (
          <Switch
            label={t('chart.withTraining')}
            checked={withTraining}
            onChange={({ currentTarget }) => setWithTraining(currentTarget.checked)}
          />
        )}
      </Group>
      {isTuned && (
        <Text size="sm" c="dimmed">
          {t('chart.border')}
        </Text>
      )}
    </Stack>
  );
}
