/** Why the pictures are in this tab's memory only, and what can be done about it. */
import { Alert, Button, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { keepingStore, saveNow } from '../../state/dataset/keeping.ts';
import { keepHere, takeOverStore } from '../../state/dataset/keptDataset.ts';
import { useAction } from '../common/useAction.ts';
import { useSelected } from '../common/useSelected.ts';

/** Nothing while all that is shown is kept. */
export function KeepingAlert() {
  const { problem, unsaved } = useSelected(keepingStore, 'problem', 'unsaved');
  if (problem === null) return null;
  return (
    <Alert color="yellow" variant="light" role="status">
      <Stack gap="xs" align="flex-start">
        {problem === 'otherTab' || problem === 'unreadable' ? (
          <Elsewhere problem={problem} />
        ) : (
          <NotSaved problem={problem} unsaved={unsaved} />
        )}
      </Stack>
    </Alert>
  );
}

function NotSaved({
  problem,
  unsaved,
}: {
  readonly problem: 'full' | 'unavailable';
  readonly unsaved: number;
}) {
  const { t } = useTranslation('dataset');
  const { run, busy } = useAction(saveNow);
  return (
    <>
      <Text size="sm">
        {unsaved > 0 ? t(`storage.${problem}`, { count: unsaved }) : t(`storage.${problem}Changes`)}
      </Text>
      <Text size="sm">{t(problem === 'full' ? 'storage.makeRoom' : 'storage.triesAgain')}</Text>
      <Button size="xs" variant="default" loading={busy} onClick={run}>
        {t('storage.tryAgain')}
      </Button>
    </>
  );
}

function Elsewhere({ problem }: { readonly problem: 'otherTab' | 'unreadable' }) {
  const { t } = useTranslation('dataset');
  const takeOver = useStore(takeOverStore, (state) => state.takeOver);
  return (
    <>
      <Text size="sm">{t(`storage.${problem}`)}</Text>
      {takeOver !== 'idle' && <Text size="sm">{t(`storage.${takeOver}`)}</Text>}
      <Button size="xs" variant="default" onClick={keepHere}>
        {t(problem === 'otherTab' ? 'storage.keepHere' : 'storage.readAgain')}
      </Button>
    </>
  );
}
