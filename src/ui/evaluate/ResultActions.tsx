/** What to do with a result: use it, take it away, name it, train again. */

import { Button } from '@mantine/core';
import { IconChefHat, IconDownload, IconPencil, IconPhotoSearch, IconRefresh } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { ModelRecord } from '../../domain/model.ts';
import { DEFAULT_TRAIN_SETTINGS } from '../../domain/trainSettings.ts';
import { modelsStore } from '../../state/models/models.ts';
import { toHash } from '../../state/shell/navigation.ts';
import { changeTrainSettings } from '../../state/training/nextRun.ts';
import { saveRecipe } from '../../state/training/runRecipes.ts';
import { clearStartingPoint } from '../../state/training/startingPoint.ts';
import { ContinueButton } from '../common/models/ContinueButton.tsx';
import { DownloadModal } from '../common/models/DownloadModal.tsx';
import { RenameModal } from '../common/models/RenameModal.tsx';

export function ResultActions({ model }: { readonly model: ModelRecord }) {
  const { t } = useTranslation('evaluate');
  const [open, setOpen] = useState<'rename' | 'download' | null>(null);
  const busy = useStore(modelsStore, ({ transfer }) => transfer !== null);
  return (
    <>
      <Button
        component="a"
        href={toHash('classify', model.id)}
        leftSection={<IconPhotoSearch size={18} aria-hidden />}
      >
        {t('actions.classify')}
      </Button>
      <Button
        variant="default"
        disabled={busy}
        leftSection={<IconDownload size={18} aria-hidden />}
        onClick={() => setOpen('download')}
      >
        {t('actions.download')}
      </Button>
      <Button
        variant="default"
        leftSection={<IconPencil size={18} aria-hidden />}
        onClick={() => setOpen('rename')}
      >
        {t('actions.rename')}
      </Button>
      <Button
        component="a"
        href={toHash('train')}
        variant="default"
        leftSection={<IconRefresh size={18} aria-hidden />}
        onClick={() => {
          clearStartingPoint();
          changeTrainSettings({ ...DEFAULT_TRAIN_SETTINGS, ...model.settings });
        }}
      >
        {t('actions.trainAgain')}
      </Button>
      {!model.ensemble && (
        <Button
          variant="default"
          leftSection={<IconChefHat size={18} aria-hidden />}
          onClick={() => saveRecipe(model.name, model.settings, model.backbone.fingerprint)}
        >
          {t('actions.saveRecipe')}
        </Button>
      )}
      <ContinueButton model={model} />
      {open === 'rename' && <RenameModal model={model} onClose={() => setOpen(null)} />}
      {open === 'download' && <DownloadModal model={model} onClose={() => setOpen(null)} />}
    </>
  );
}
