/** A network as its stages, first to last: how large the maps are, what each takes, and which of them learn. */
import { Box, Group, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { NetworkFacts, StageFacts } from '../../../domain/networkFacts.ts';
import { nextRunStore } from '../../../state/training/nextRun.ts';
import { useFormat } from '../../common/useFormat.ts';
import classes from './NetworkDiagram.module.css';

const FLOAT_BYTES = 4;
/** Of the largest and the smallest block, px. */
const [MOST_PX, LEAST_PX] = [56, 10];

/** Sides halve from stage to stage: drawn by their logarithms, all of them can be seen. */
function heightOf(side: number, largest: number): number {
  const part = Math.log2(Math.max(1, side)) / Math.log2(Math.max(2, largest));
  return LEAST_PX + (MOST_PX - LEAST_PX) * part;
}

interface StageProps {
  readonly stage: StageFacts;
  readonly number: number;
  readonly learns: boolean;
  readonly largest: number;
}

function Stage({ stage, number, learns, largest }: StageProps) {
  const { t } = useTranslation('train');
  const format = useFormat();
  const [height = 1, width = 1, channels = 0] = stage.shape;
  return (
    <li className={classes.stage}>
      <Box
        className={classes.block}
        data-learns={learns}
        h={heightOf(height, largest)}
        w={LEAST_PX + Math.log2(Math.max(2, channels)) * 4}
        aria-hidden
      />
      <Stack gap={0} style={{ minWidth: 0 }}>
        <Text size="sm" fw={600}>
          {t('diagram.stage', { number, height, width, channels })}
        </Text>
        <Text size="xs" c="dimmed">
          {t('diagram.cost', {
            parameters: format.compact(stage.parameters),
            products: format.compact(stage.multiplyAdds),
            memory: format.bytes(stage.outputValues * FLOAT_BYTES),
          })}
        </Text>
        <Text size="xs" c="dimmed">
          {t(learns ? 'diagram.learns' : 'diagram.frozen')}
        </Text>
      </Stack>
    </li>
  );
}

export function NetworkDiagram({ network }: { readonly network: NetworkFacts }) {
  const { t } = useTranslation('train');
  const fromScratch = useStore(nextRunStore, ({ settings }) => settings.fromScratch);
  const fineTune = useStore(nextRunStore, ({ settings }) => settings.fineTune);
  const { stages, learning, featureCount } = network;
  const count =
    fromScratch || fineTune?.stages === 'all' ? stages.length : fineTune ? learning[fineTune.stages] : 0;
  const joins = new Set(stages.map(({ join }) => join));
  const largest = network.inputSizePx;
  return (
    <Stack
      component="figure"
      gap="xs"
      m={0}
      w="100%"
      aria-label={t('diagram.title', { title: network.title })}
    >
      <Text size="sm" fw={600}>
        {t('diagram.title', { title: network.title })}
      </Text>
      <Group gap="md">
        {([true, false] as const).map((learns) => (
          <Group key={String(learns)} gap={6}>
            <Box className={classes.block} data-learns={learns} w={14} h={14} aria-hidden />
            <Text size="xs">{t(learns ? 'diagram.learns' : 'diagram.frozen')}</Text>
          </Group>
        ))}
      </Group>
      <ol className={classes.stages}>
        {stages.map((stage, index) => (
          <Stage
            // Stages never change places.
            // biome-ignore lint/suspicious/noArrayIndexKey: the number of a stage is what it is
            key={index}
            stage={stage}
            number={index + 1}
            learns={index >= stages.length - count}
            largest={largest}
          />
        ))}
      </ol>
      <Text size="xs" c="dimmed">
        {t('diagram.features', { count: featureCount })}
      </Text>
      {joins.has('shortcut') && <Text size="sm">{t('diagram.shortcut')}</Text>}
      {joins.has('concatenation') && <Text size="sm">{t('diagram.concatenation')}</Text>}
    </Stack>
  );
}
