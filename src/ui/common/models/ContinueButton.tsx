/** From a kept model on to more training: with new pictures, other classes or other settings. */
import { Button, type ButtonProps } from '@mantine/core';
import { IconPlayerTrackNext } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { continueFromModel } from '../../../state/training/continueFromModel.ts';
import { useAction } from '../useAction.ts';

export interface ContinueButtonProps {
  readonly model: { readonly id: string; readonly name: string };
  /** Of the button; the icon goes with it. */
  readonly size?: Extract<ButtonProps['size'], 'xs' | 'sm'>;
}

export function ContinueButton({ model: { id, name }, size = 'sm' }: ContinueButtonProps) {
  const { t } = useTranslation('runs');
  const go = useAction(continueFromModel);
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
