/** New pictures, from files or the camera, through a kept model or the 1,000 classes that are there from the start. */

import { NativeSelect, Tabs } from '@mantine/core';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { titleOfBackbone } from '../../domain/networkTitle.ts';
import {
  chooseClassifier,
  classifyStore,
  IMAGENET,
  settleClassifier,
} from '../../state/classify/classify.ts';
import { modelsStore } from '../../state/models/models.ts';
import { navigationStore } from '../../state/shell/navigation.ts';
import { ErrorMessage } from '../common/ErrorMessage.tsx';
import { PageHeader } from '../common/PageHeader.tsx';
import { useSelected } from '../common/useSelected.ts';
import { CameraPanel } from './CameraPanel.tsx';
import { FilesPanel } from './FilesPanel.tsx';

export function ClassifyView() {
  const { t } = useTranslation('classify');
  const { models, error } = useSelected(modelsStore, 'models', 'error');
  const wanted = useStore(navigationStore, ({ param }) => param);
  const classifierId = useStore(classifyStore, (state) => state.classifierId);
  const chosen = models.find(({ id }) => id === classifierId);
  useEffect(() => void settleClassifier(wanted), [wanted]);
  return (
    <>
      <PageHeader title={t('title')} lead={t('lead')} />
      {error && <ErrorMessage error={error} />}
      <NativeSelect
        label={t('model.label')}
        description={[
          t(classifierId === IMAGENET ? 'model.imagenetHelp' : 'model.ownHelp'),
          ...(chosen ? [t('model.network', { network: titleOfBackbone(chosen.backbone) })] : []),
        ].join(' ')}
        maw={420}
        mb="md"
        value={classifierId}
        onChange={({ currentTarget }) => void chooseClassifier(currentTarget.value)}
        data={[
          ...models.map(({ id, name }) => ({ value: id, label: name })),
          { value: IMAGENET, label: t('model.imagenet') },
        ]}
      />
      <Tabs defaultValue="files" keepMounted={false}>
        <Tabs.List aria-label={t('tabs.label')}>
          <Tabs.Tab value="files">{t('tabs.files')}</Tabs.Tab>
          <Tabs.Tab value="camera">{t('tabs.camera')}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="files">
          <FilesPanel />
        </Tabs.Panel>
        <Tabs.Panel value="camera">
          <CameraPanel />
        </Tabs.Panel>
      </Tabs>
    </>
  );
}
