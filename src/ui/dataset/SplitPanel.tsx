/** Which pictures are for learning and which for the exam: explained, adjustable, and counted. */
import { Button, Group, NumberInput, RangeSlider, SegmentedControl, Stack, Text } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconDice5 } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Dataset } from '../../domain/dataset.ts';
import { changeSplit } from '../../state/dataset/dataset.ts';
import { hasFolderSplits } from '../../state/dataset/derived.ts';
import { Panel } from '../common/Panel.tsx';
import { useFormat } from '../common/useFormat.ts';
import { GroupPattern } from './GroupPattern.tsx';
import { OlderTestsNote } from './OlderTestsNote.tsx';
import classes from './SplitPanel.module.css';
import { SplitTable } from './SplitTable.tsx';

const SMALLEST_TRAIN_PERCENT = 20;
const percent = (fraction: number) => Math.round(fraction * 100);

export function SplitPanel({ dataset }: { readonly dataset: Dataset }) {
  const { t } = useTranslation('dataset');
  // Without a folder for training, folders cannot decide.
  const foldersGive = hasFolderSplits(dataset);
  const source = foldersGive ? dataset.split.source : 'fractions';
  // On a phone it stands before the pictures, and must not hide them.
  const isNarrow = useMediaQuery('(max-width: 68em)', false, { getInitialValueInEffect: false });
  return (
    <Panel title={t('split.title')} fold={isNarrow ? 'closed' : 'open'}>
      <Stack gap="md">
        <Text size="sm" c="dimmed">
          {t('split.explanation')}
        </Text>
        {foldersGive && (
          <SegmentedControl
            fullWidth
            aria-label={t('split.source')}
            value={source}
            onChange={(value) => changeSplit({ source: value === 'folders' ? 'folders' : 'fractions' })}
            data={[
              { value: 'folders', label: t('split.fromFolders') },
              { value: 'fractions', label: t('split.byFractions') },
            ]}
          />
        )}
        {source === 'fractions' && <Fractions dataset={dataset} />}
        <OlderTestsNote dataset={dataset} />
        <SplitTable dataset={dataset} />
        <GroupPattern dataset={dataset} />
      </Stack>
    </Panel>
  );
}

function Fractions({ dataset }: { readonly dataset: Dataset }) {
  const { t } = useTranslation('dataset');
  const format = useFormat();
  const { fractions, seed } = dataset.split;
  const trainEnd = percent(fractions.train);
  const validationEnd = percent(fractions.train + fractions.validation);
  return (
    <Stack gap="sm">
      <div>
        <Group justify="space-between" gap={4} mb={6}>
          {(['train', 'validation', 'test'] as const).map((name) => (
            <Text key={name} size="sm" className={classes.fraction} data-split={name}>
              {t(`split.${name}`)} <strong>{format.percent(fractions[name], 0)}</strong>
            </Text>
          ))}
        </Group>
        <RangeSlider
          label={null}
          min={0}
          max={100}
          minRange={0}
          value={[trainEnd, validationEnd]}
          thumbFromLabel={t('split.trainEnd')}
          thumbToLabel={t('split.validationEnd')}
          classNames={{ track: classes.track, bar: classes.bar }}
          style={{ '--hs-train-end': `${trainEnd}%` }}
          onChange={([from, to]) => {
            const train = Math.max(SMALLEST_TRAIN_PERCENT, from);
            const end = Math.max(train, to);
            changeSplit({
              fractions: {
                train: train / 100,
                validation: (end - train) / 100,
                test: (100 - end) / 100,
              },
            });
          }}
        />
      </div>
      <Group align="flex-end" gap="xs" wrap="nowrap">
        <NumberInput
          label={t('split.seed')}
          description={t('split.seedExplanation')}
          size="xs"
          min={0}
          max={999_999}
          allowDecimal={false}
          value={seed}
          onChange={(value) => {
            if (typeof value === 'number') changeSplit({ seed: value });
          }}
          style={{ flex: 1 }}
        />
        <Button
          size="xs"
          variant="default"
          leftSection={<IconDice5 size={16} aria-hidden />}
          onClick={() => changeSplit({ seed: seed + 1 })}
        >
          {t('split.shuffle')}
        </Button>
      </Group>
    </Stack>
  );
}
