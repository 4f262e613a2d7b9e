/** The top of every page: who we are, the language and the light. */
import { ActionIcon, Group, Text, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { IconMoon, IconSun } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { toHash } from '../../state/shell/navigation.ts';
import { STEPS } from '../views.ts';
import classes from './Header.module.css';
import { LanguageSwitch } from './LanguageSwitch.tsx';
import { Logo } from './Logo.tsx';

export function Header() {
  const { t } = useTranslation('app');
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme('light');
  const next = scheme === 'light' ? 'dark' : 'light';
  return (
    <Group h="100%" px="md" justify="space-between" wrap="nowrap">
      <a href={toHash(STEPS[0].id)} className={classes.brand}>
        <Logo />
        <span className={classes.name}>{t('name')}</span>
        <Text component="span" size="sm" c="dimmed" visibleFrom="sm">
          {t('tagline')}
        </Text>
      </a>
      <Group gap="xs" wrap="nowrap">
        <LanguageSwitch />
        <ActionIcon
          variant="subtle"
          color="gray"
          size="lg"
          aria-label={t(next === 'dark' ? 'colorScheme.toDark' : 'colorScheme.toLight')}
          onClick={() => setColorScheme(next)}
        >
          {scheme === 'light' ? <IconMoon size={20} aria-hidden /> : <IconSun size={20} aria-hidden />}
        </ActionIcon>
      </Group>
    </Group>
  );
}
