/** The confusion matrix as a table: rows are what the pictures show, columns what the model says. */
import { Box, SegmentedControl, Stack, Text, useComputedColorScheme } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Metrics } from '../../domain/metrics.ts';
import { toFractions } from '../../evaluation/confusion.ts';
import { useFormat } from '../common/useFormat.ts';
import classes from './ConfusionMatrix.module.css';
import { cellColors } from './cellColors.ts';
import { shownClasses } from './summary.ts';

/** More make a table that neither a person nor the page copes with. */
const MAX_CLASSES = 40;

export interface ConfusionMatrixProps {
  readonly metrics: Metrics;
  readonly classNames: readonly string[];
}

export function ConfusionMatrix({ metrics, classNames }: ConfusionMatrixProps) {
  const { t } = useTranslation('evaluate');
  const format = useFormat();
  const scheme = useComputedColorScheme('light');
  const [unit, setUnit] = useState<'counts' | 'fractions'>('counts');
  const fractions = useMemo(() => toFractions(metrics.confusion), [metrics]);
  const { indices, hiddenCount } = useMemo(() => shownClasses(metrics, MAX_CLASSES), [metrics]);
  const cellText = (row: number, column: number) =>
    unit === 'counts'
      ? format.number(metrics.confusion[row]?.[column] ?? 0)
      : format.percent(fractions[row]?.[column] ?? 0, 0);
  return (
    <Stack gap="sm">
      <SegmentedControl
        aria-label={t('matrix.unit')}
        value={unit}
        onChange={(value) => setUnit(value === 'fractions' ? 'fractions' : 'counts')}
        data={[
          { value: 'counts', label: t('matrix.counts') },
          { value: 'fractions', label: t('matrix.fractions') },
        ]}
        style={{ alignSelf: 'flex-start' }}
      />
      <Text size="sm" c="dimmed">
        {t('matrix.help')}
        {hiddenCount > 0 && ` ${t('matrix.hidden', { shown: indices.length, hidden: hiddenCount })}`}
      </Text>
      {/* A region that scrolls must be reachable by keyboard. */}
      <Box role="group" tabIndex={0} aria-label={t('matrix.title')} className={classes.scroll}>
        <table className={classes.matrix} aria-label={t('matrix.title')}>
          <thead>
            <tr>
              <th scope="col" className={classes.corner}>
                {t('matrix.corner')}
              </th>
              {indices.map((column) => (
                <th key={column} scope="col" className={classes.columnHead} title={classNames[column]}>
                  <span>{classNames[column]}</span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {indices.map((row) => (
              <tr key={row}>
                <th scope="row" className={classes.rowHead} title={classNames[row]}>
                  <span>{classNames[row]}</span>
                </th>
                {indices.map((column) => (
                  <td
                    key={column}
                    className={row === column ? classes.right : undefined}
                    style={cellColors(fractions[row]?.[column] ?? 0, row === column, scheme)}
                  >
                    {cellText(row, column)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </Box>
    </Stack>
  );
}
