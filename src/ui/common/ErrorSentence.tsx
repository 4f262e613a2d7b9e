/** An error as running text, where an alert of its own would be too loud. */
import { useTranslation } from 'react-i18next';
import type { AppError } from '../../shared/errors.ts';

export function ErrorSentence({ error }: { readonly error: AppError }) {
  const { t } = useTranslation(['errors', 'app']);
  return (
    <>
      {t(`errors:${error.code}.title`, error.details)} {t(`errors:${error.code}.action`, error.details)}
    </>
  );
}
