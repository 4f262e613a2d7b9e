/** The way through the app on wide screens: four numbered steps, then what lies beside the way. */
import { Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { navigationStore, toHash } from '../../state/shell/navigation.ts';
import { MORE, STEPS } from './places.ts';
import classes from './SideNav.module.css';

export function SideNav() {
  const { t } = useTranslation('app');
  const current = useStore(navigationStore, (place) => place.view);
  return (
    <nav aria-label={t('nav.main')} className={classes.root}>
      <ol className={classes.list}>
        {STEPS.map(({ view, Icon }, index) => (
          <li key={view} className={classes.step}>
            <a
              className={classes.link}
              href={toHash(view)}
              aria-current={current === view ? 'page' : undefined}
            >
              <span className={classes.number} aria-hidden>
                {index + 1}
              </span>
              <span>
                <span className={classes.label}>{t(`nav.${view}`)}</span>
                <span className={classes.hint} aria-hidden>
                  {t(`hint.${view}`)}
                </span>
              </span>
              <Icon size={20} className={classes.icon} aria-hidden />
            </a>
          </li>
        ))}
      </ol>
      <Stack gap={4} mt="md">
        {MORE.map(({ view, Icon }) => (
          <a
            key={view}
            className={classes.link}
            href={toHash(view)}
            aria-current={current === view ? 'page' : undefined}
          >
            <Icon size={20} aria-hidden />
            <span className={classes.label}>{t(`nav.${view}`)}</span>
          </a>
        ))}
      </Stack>
      <Text size="xs" c="dimmed" className={classes.privacy}>
        {t('privacy')}
      </Text>
    </nav>
  );
}
