/** What the model was made of: data, settings, network. The small print that makes a result repeatable. */
import { SimpleGrid, Table, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { freshNetworkOf, type ModelDescription } from '../../domain/model.ts';
import { titleOfBackbone } from '../../domain/networkTitle.ts';
import { DEFAULT_TRAIN_SETTINGS } from '../../domain/trainSettings.ts';
import { depthRows } from '../../state/runs/compareRuns.ts';
import { useRunWords } from '../common/runs/useRunWords.ts';
import { effectiveBatch, NUMBER_FIELDS, type NumberSetting } from '../common/settings/settingFields.ts';
import { useFormat } from '../common/useFormat.ts';
import { exactAccuracyInterval, splitTotals } from './summary.ts';

/** How the learning rate changes; listed below the rate itself where the schedule of the model has use for it. */
const SCHEDULE_FIELDS: readonly NumberSetting[] = [
  'warmupFraction',
  'rateFactor',
  'rateStepEpochs',
  'plateauPatience',
  'minimumRate',
];

function Facts({
  title,
  rows,
}: {
  readonly title: string;
  readonly rows: readonly (readonly [string, string])[];
}) {
  return (
    <section aria-label={title}>
      <Title order={3} size="h5" mb="xs">
        {title}
      </Title>
      <Table withRowBorders={false} verticalSpacing={4} aria-label={title}>
        <Table.Tbody>
          {rows.map(([name, value]) => (
            <Table.Tr key={name}>
              <Table.Th scope="row" fw={400} c="dimmed" w="50%">
                {name}
              </Table.Th>
              <Table.Td style={{ overflowWrap: 'anywhere' }}>{value}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </section>
  );
}

export function ModelFacts({ model }: { readonly model: ModelDescription }) {
  const { t } = useTranslation(['evaluate', 'train', 'settings']);
  const format = useFormat();
  const words = useRunWords();
  const { data, backbone, createdAt, curve, bestEpoch } = model;
  // A model that an earlier version kept lacks the settings that came later; it was made without them.
  const settings = { ...DEFAULT_TRAIN_SETTINGS, ...model.settings };
  const totals = splitTotals(data);
  const measured = model.metrics.test ?? model.metrics.validation;
  const known =
    measured && model.exactCheck?.checked ? exactAccuracyInterval(measured, model.exactCheck) : null;
  const exactAccuracy = model.exactMetrics
    ? format.percent(model.exactMetrics.accuracy)
    : known
      ? t('facts.exactBetween', { low: format.percent(known[0]), high: format.percent(known[1]) })
      : t('facts.notChecked');
  const exact = (value: number) => format.number(value, 6);
  const dataRows: (readonly [string, string])[] = [
    [t('facts.dataName'), data.name || '–'],
    [t('facts.train'), format.number(totals.train)],
    [t('facts.validation'), format.number(totals.validation)],
    [t('facts.test'), format.number(totals.test)],
    [t('facts.splitSource'), t(`facts.source.${data.splitSource}`, { seed: data.seed })],
    [t('facts.date'), format.dateTime(createdAt)],
    [t('facts.backbone'), `${titleOfBackbone(backbone)} · ${backbone.inputSizePx} × ${backbone.inputSizePx}`],
    [t('facts.arithmetic'), t(`settings:backend.arithmetic.${model.arithmetic ?? 'float32'}`)],
    ...(model.arithmetic === 'int8' ? [[t('facts.exactAccuracy'), exactAccuracy] as const] : []),
    ...(model.ensemble
      ? []
      : [
          [
            t('facts.epochs'),
            bestEpoch === 0
              ? t('facts.epochsRunNoneBetter', { run: curve.length })
              : t('facts.epochsRun', { run: curve.length, best: bestEpoch }),
          ] as const,
        ]),
  ];
  const settingRows: (readonly [string, string])[] = [
    [t('train:advanced.head.label'), t(`train:advanced.head.${settings.head}`)],
    ...(settings.head === 'mlp'
      ? [[t('train:advanced.hiddenUnits.label'), format.number(settings.hiddenUnits)] as const]
      : []),
    [t('train:advanced.optimizer.label'), t(`train:advanced.optimizer.${settings.optimizer}`)],
    [t('train:advanced.learningRate.label'), exact(settings.learningRate)],
    [t('train:advanced.schedule.label'), t(`train:advanced.schedule.${settings.schedule}`)],
    ...NUMBER_FIELDS.filter(({ key, appliesTo }) => SCHEDULE_FIELDS.includes(key) && appliesTo(settings)).map(
      ({ key }) => [t(`train:advanced.${key}.label`), exact(settings[key])] as const,
    ),
    ...(settings.optimizer === 'sgd'
      ? [
          [t('train:advanced.momentum.label'), exact(settings.momentum)] as const,
          [
            t('train:advanced.nesterov.label'),
            t(settings.nesterov ? 'train:advanced.nesterov.on' : 'train:advanced.nesterov.off'),
          ] as const,
        ]
      : []),
    ...(settings.optimizer === 'adamw'
      ? [[t('train:advanced.weightDecay.label'), exact(settings.weightDecay)] as const]
      : []),
    [t('train:advanced.batchSize.label'), format.number(settings.batchSize)],
    [
      t('train:advanced.accumulationSteps.label'),
      settings.accumulationSteps === 1
        ? '1'
        : `${format.number(settings.accumulationSteps)} · ${t('train:advanced.accumulationSteps.effective', {
            count: effectiveBatch(settings),
          })}`,
    ],
    [t('train:advanced.epochs.label'), format.number(settings.epochs)],
    [
      t('train:advanced.patience.label'),
      settings.earlyStoppingPatience === null
        ? t('facts.never')
        : format.number(settings.earlyStoppingPatience),
    ],
    [t('train:advanced.dropout.label'), exact(settings.dropout)],
    [t('train:advanced.l2.label'), exact(settings.l2)],
    [t('train:advanced.labelSmoothing.label'), exact(settings.labelSmoothing)],
    [t('train:advanced.focalGamma.label'), exact(settings.focalGamma)],
    settings.clipNorm === null
      ? [t('train:advanced.clipping.label'), t('train:advanced.clipping.off')]
      : [t('train:advanced.clipNorm.label'), exact(settings.clipNorm)],
    [t('train:advanced.classWeights.label'), t(`train:advanced.classWeights.${settings.classWeights}`)],
    ...depthRows(settings)
      .filter(({ key }) => key !== 'fromScratch.network')
      .map((row) => [words.label(row), words.value(row, row.values[0] ?? null)] as const),
    [t('train:advanced.seed.label'), String(settings.seed)],
  ];
  return (
    <>
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="xl">
        <Facts title={t('facts.data')} rows={dataRows} />
        {!model.ensemble && <Facts title={t('facts.settings')} rows={settingRows} />}
      </SimpleGrid>
      <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
        {freshNetworkOf(backbone)
          ? t('facts.fromScratch')
          : t('facts.fingerprint', { fingerprint: backbone.fingerprint.slice(0, 16) })}
      </Text>
    </>
  );
}
