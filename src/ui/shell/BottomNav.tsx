/** The same way on a phone: a bar under the thumb. */
import { useTranslation } from 'react-i18next';
import { toHash } from '../../state/shell/navigation.ts';
import { ON_PHONE } from '../views.ts';
import classes from './BottomNav.module.css';
import { useCurrentView, useViewNames } from './useViews.ts';

export function BottomNav() {
  const { t } = useTranslation('app');
  const current = useCurrentView().id;
  const { nameOf } = useViewNames();
  return (
    <nav aria-label={t('nav.main')} className={classes.root}>
      {ON_PHONE.map((view) => (
        <a
          key={view.id}
          href={toHash(view.id)}
          className={classes.link}
          aria-current={current === view.id ? 'page' : undefined}
        >
          <view.Icon size={22} aria-hidden />
          <span>{nameOf(view)}</span>
        </a>
      ))}
    </nav>
  );
}
