/** The way through the app on wide screens: four numbered steps, then what lies beside the way. */
import { Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { toHash } from '../../state/shell/navigation.ts';
import { BESIDE, STEPS } from '../views.ts';
import classes from './SideNav.module.css';
import { useCurrentView, useViewNames } from './useViews.ts';

export function SideNav() {
  const { t } = useTranslation('app');
  const current = useCurrentView().id;
  const { nameOf, hintOf } = useViewNames();
  return (
    <nav aria-label={t('nav.main')} className={classes.root}>
      <ol className={classes.list}>
        {STEPS.map((view, index) => (
          <li key={view.id} className={classes.step}>
            <a
              className={classes.link}
              href={toHash(view.id)}
              aria-current={current === view.id ? 'page' : undefined}
            >
              <span className={classes.number} aria-hidden>
                {index + 1}
              </span>
              <span>
                <span className={classes.label}>{nameOf(view)}</span>
                <span className={classes.hint} aria-hidden>
                  {hintOf(view)}
                </span>
              </span>
              <view.Icon size={20} className={classes.icon} aria-hidden />
            </a>
          </li>
        ))}
      </ol>
      <Stack gap={4} mt="md">
        {BESIDE.map((view) => (
          <a
            key={view.id}
            className={classes.link}
            href={toHash(view.id)}
            aria-current={current === view.id ? 'page' : undefined}
          >
            <view.Icon size={20} aria-hidden />
            <span className={classes.label}>{nameOf(view)}</span>
          </a>
        ))}
      </Stack>
      <Text size="xs" c="dimmed" className={classes.privacy}>
        {t('privacy')}
      </Text>
    </nav>
  );
}
