/** From a kept model on to more training: with new pictures, other classes or other settings. */
import { Button, type ButtonProps } from '@mantine/core';
import { IconPlayerTrackNext } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { ModelRecord } from '../../../domain/model.ts';
import { continueFromModel } from '../../../state/training/continueFromModel.ts';
import { useAction } from '../useAction.ts';

export interface ContinueButtonProps {
  readonly model: Pick<ModelRecord, 'id' | 'name' | 'ensemble'>;
  /** Of the button; the icon goes with it. */
  readonly size?: Extract<ButtonProps['size'], 'xs' | 'sm'>;
}

/** None for a model of several, which does not learn on. */
export function ContinueButton({ model: { id, name, ensemble }, size = 'sm' }: ContinueButtonProps) {
  const { t } = useTranslation('runs');
  const go = useAction(continueFromModel);
  if (ensemble) return null;
  return (
    <Button
      size={size}
      variant="default"
      loading={go.busy}
      leftSection={<IconPlayerTrackNext size={size === 'xs' ? 16 : 18} aria-hidden />}
      aria-label={t('start.continueNamed', { name })}
      onClick={() => go.run(id)}
    >
      {t('start.continue')}
    </Button>
  );
}
