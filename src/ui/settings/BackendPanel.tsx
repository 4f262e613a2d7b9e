/** Which way of computing is in use and why, with what was tested; the person may decide otherwise. */

import { Button, Group, NativeSelect, Stack, Switch, Table, Text } from '@mantine/core';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import type { BackendReport } from '../../domain/backends.ts';
import { engineStore, ensureEngine } from '../../state/engine/engine.ts';
import { BACKEND_PREFERENCES, preferencesStore, setPreferences } from '../../state/shell/preferences.ts';
import { ErrorMessage } from '../common/ErrorMessage.tsx';
import { Panel } from '../common/Panel.tsx';
import { useAction } from '../common/useAction.ts';
import { useFormat } from '../common/useFormat.ts';
import { useSelected } from '../common/useSelected.ts';

export function BackendPanel() {
  const { t } = useTranslation('settings');
  const { backend: preference, exact } = useSelected(preferencesStore, 'backend', 'exact');
  const { status, report } = useSelected(engineStore, 'status', 'report');
  const check = useAction(
    useCallback(() => ensureEngine(undefined, 'bare'), []),
    'inline',
  );
  return (
    <Panel title={t('backend.title')}>
      <Stack gap="sm">
        <Text size="sm" c="dimmed">
          {t('backend.explanation')}
        </Text>
        <Group align="flex-end">
          <NativeSelect
            label={t('backend.preference')}
            value={preference}
            onChange={(event) => {
              const chosen = BACKEND_PREFERENCES.find((known) => known === event.currentTarget.value);
              if (chosen) setPreferences({ backend: chosen });
            }}
            data={BACKEND_PREFERENCES.map((value) => ({ value, label: t(`backend.${value}`) }))}
          />
          <Button variant="light" loading={status === 'preparing' || check.busy} onClick={() => check.run()}>
            {t('backend.check')}
          </Button>
        </Group>
        <Switch
          label={t('backend.exact.label')}
          description={t('backend.exact.help')}
          checked={exact}
          onChange={({ currentTarget }) => setPreferences({ exact: currentTarget.checked })}
        />
        {check.error && <ErrorMessage error={check.error} />}
        {report ? <Report report={report} /> : <Text size="sm">{t('backend.notTested')}</Text>}
      </Stack>
    </Panel>
  );
}

function Report({ report }: { readonly report: BackendReport }) {
  const { t } = useTranslation('settings');
  const format = useFormat();
  return (
    <>
      <Text size="sm" fw={600}>
        {t('backend.chosen', { name: t(`backend.${report.chosen}`) })},{' '}
        {t('backend.workers', { count: report.workers })}, {t(`backend.arithmetic.${report.arithmetic}`)}
      </Text>
      <Table.ScrollContainer minWidth={480}>
        <Table fz="sm" aria-label={t('backend.table')}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">{t('backend.name')}</Table.Th>
              <Table.Th scope="col">{t('backend.verdictHead')}</Table.Th>
              <Table.Th scope="col">{t('backend.perPicture')}</Table.Th>
              <Table.Th scope="col">{t('backend.device')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {report.candidates.map(({ name, verdict, uncoveredNode, estimatedMsPerPicture, device }) => (
              <Table.Tr key={name}>
                <Table.Th scope="row" fw={500}>
                  {t(`backend.${name}`)}
                </Table.Th>
                <Table.Td>{t(`backend.verdict.${verdict}`, { node: uncoveredNode ?? '' })}</Table.Td>
                <Table.Td>
                  {estimatedMsPerPicture === null ? '–' : format.duration(estimatedMsPerPicture)}
                </Table.Td>
                <Table.Td>{device || '–'}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </>
  );
}
