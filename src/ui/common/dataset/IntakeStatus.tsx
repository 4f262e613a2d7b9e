/** How far the reading of files has come, how to stop it, and what went wrong. */

import { Button, Group, Paper } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { cancelIntake, dismissIntakeError, intakeStore } from '../../../state/dataset/intake.ts';
import { ErrorMessage } from '../ErrorMessage.tsx';
import { ProgressBar } from '../progress/ProgressBar.tsx';
import { useSelected } from '../useSelected.ts';

export function IntakeStatus() {
  const { t } = useTranslation(['dataset', 'app']);
  const { phase, done, total, remainingMs, error } = useSelected(
    intakeStore,
    'phase',
    'done',
    'total',
    'remainingMs',
    'error',
  );
  if (error) return <ErrorMessage error={error} onClose={dismissIntakeError} />;
  if (phase === 'idle') return null;
  return (
    <Paper withBorder p="md" radius="lg">
      <Group align="flex-end" wrap="nowrap">
        <div style={{ flex: 1 }}>
          <ProgressBar
            label={t(`intake.${phase}`)}
            done={done}
            total={total}
            unit={phase === 'fetching' ? 'bytes' : 'count'}
            remainingMs={remainingMs}
          />
        </div>
        <Button variant="default" size="xs" onClick={cancelIntake}>
          {t('app:action.cancel')}
        </Button>
      </Group>
    </Paper>
  );
}
