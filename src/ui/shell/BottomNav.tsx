/** The same way on a phone: a bar under the thumb. */
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { navigationStore, toHash } from '../../state/shell/navigation.ts';
import classes from './BottomNav.module.css';
import { ON_PHONE } from './places.ts';

export function BottomNav() {
  const { t } = useTranslation('app');
  const current = useStore(navigationStore, (place) => place.view);
  return (
    <nav aria-label={t('nav.main')} className={classes.root}>
      {ON_PHONE.map(({ view, Icon }) => (
        <a
          key={view}
          href={toHash(view)}
          className={classes.link}
          aria-current={current === view ? 'page' : undefined}
        >
          <Icon size={22} aria-hidden />
          <span>{t(`nav.${view}`)}</span>
        </a>
      ))}
    </nav>
  );
}
