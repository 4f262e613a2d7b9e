/** The names and values of a comparison's rows, in the language that is on. */
import { useTranslation } from 'react-i18next';
import type { RunRow, RunValue } from '../../../state/runs/compareRuns.ts';
import { useFormat } from '../useFormat.ts';
import { formOf, labelKeyOf } from './runWords.ts';

export function useRunWords() {
  const { t } = useTranslation(['runs', 'train', 'settings']);
  const format = useFormat();
  // The keys are put together from the settings' own names; runWords.test.ts holds them against the table.
  const say = (key: string) => t(key as 'runs:title');
  return {
    label: (row: RunRow) => say(labelKeyOf(row)),
    value(row: RunRow, value: RunValue): string {
      const form = formOf(row, value);
      if (form.kind === 'words') return say(form.key);
      if (form.kind === 'text') return form.value;
      if (form.kind === 'fraction') return format.percent(form.value);
      if (form.kind === 'duration') return format.duration(form.value);
      return format.number(form.value, form.kind === 'loss' ? 3 : 6);
    },
  };
}
