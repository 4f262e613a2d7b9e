/** The live region of the page: messages appear, are read aloud, and go by themselves unless they matter. */
import { Button, CloseButton, Group, Paper, Text } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { dismissNotice, type Notice, noticesStore } from '../../state/shell/notices.ts';
import { ErrorMessage } from '../common/ErrorMessage.tsx';
import classes from './Notices.module.css';

const SHOWN_MS = 7000;

export function Notices() {
  const { t } = useTranslation('app');
  const notices = useStore(noticesStore, (state) => state.notices);
  return (
    <section className={classes.region} aria-label={t('notices.region')} aria-live="polite">
      {notices.map((notice) =>
        notice.error === null ? (
          <Message key={notice.id} notice={notice} />
        ) : (
          <Paper key={notice.id} shadow="md" className={classes.error}>
            <ErrorMessage error={notice.error} onClose={() => dismissNotice(notice.id)} />
          </Paper>
        ),
      )}
    </section>
  );
}

function Message({ notice }: { readonly notice: Extract<Notice, { readonly error: null }> }) {
  const { t } = useTranslation('app');
  const [held, setHeld] = useState(false);
  const { id, kind, action, sticky, messageKey, whatKey, values } = notice;

  useEffect(() => {
    // While the pointer or the focus rests on it, it is being read.
    if (held || sticky) return;
    const timer = setTimeout(() => dismissNotice(id), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [held, sticky, id]);

  // State names the sentence by key and cannot import the table of words; the cast is the price of that wall.
  const say = (key: string, more: object = {}) => String(t(key as never, { ...values, ...more } as never));
  return (
    <Paper
      shadow="md"
      className={classes.notice}
      data-kind={kind}
      onMouseEnter={() => setHeld(true)}
      onMouseLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <Group gap="sm" wrap="nowrap" align="flex-start" justify="space-between">
        {/* A long label goes below its sentence. */}
        <Group gap="xs" flex={1} className={classes.body}>
          <Text size="sm" flex="1 1 170px">
            {say(messageKey, whatKey === undefined ? {} : { what: say(whatKey) })}
          </Text>
          {action && (
            <Button
              size="compact-sm"
              variant="light"
              onClick={() => {
                dismissNotice(id);
                action.run();
              }}
            >
              {say(action.labelKey)}
            </Button>
          )}
        </Group>
        <CloseButton size="sm" aria-label={t('notices.close')} onClick={() => dismissNotice(id)} />
      </Group>
    </Paper>
  );
}
