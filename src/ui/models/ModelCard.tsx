/** One kept model in the list: what it knows, how good it is, and what can be done with it. */

import { Anchor, Badge, Button, Card, Group, Stack, Text, Title } from '@mantine/core';
import { IconDownload, IconPencil, IconPhotoSearch, IconTrash } from '@tabler/icons-react';
import { memo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { ModelRecord } from '../../domain/model.ts';
import { titleOfBackbone } from '../../domain/networkTitle.ts';
import { deleteKeptModel, modelsStore } from '../../state/models/models.ts';
import { toHash } from '../../state/shell/navigation.ts';
import { ContinueButton } from '../common/models/ContinueButton.tsx';
import { DownloadModal } from '../common/models/DownloadModal.tsx';
import { RenameModal } from '../common/models/RenameModal.tsx';
import { useAction } from '../common/useAction.ts';
import { useFormat } from '../common/useFormat.ts';
import { DeleteModal } from './DeleteModal.tsx';

const CLASSES_SHOWN = 8;

/** Not drawn anew with the list: it is, at every step of a file that comes in. */
export const ModelCard = memo(function ModelCard({ model }: { readonly model: ModelRecord }) {
  const { t } = useTranslation(['models', 'app']);
  const format = useFormat();
  const [open, setOpen] = useState<'rename' | 'delete' | 'download' | null>(null);
  const busy = useStore(modelsStore, ({ transfer }) => transfer !== null);
  const remove = useAction(deleteKeptModel);
  const { id, name, classNames, createdAt, sizeBytes, metrics, backbone } = model;
  const more = classNames.length - CLASSES_SHOWN;
  const labelled = (action: 'rename' | 'delete' | 'download' | 'classify') => ({
    'aria-label': t(`card.${action}Named`, { name }),
  });
  return (
    <Card component="li" withBorder radius="md" padding="md">
      <Stack gap="xs" h="100%">
        <Title order={2} size="h4" style={{ overflowWrap: 'anywhere' }}>
          <Anchor href={toHash('result', id)} inherit>
            {name}
          </Anchor>
        </Title>
        <Text fw={600}>
          {metrics.test
            ? t('card.accuracy', {
                fraction: format.percent(metrics.test.accuracy),
                count: metrics.test.count,
              })
            : t('card.noTest')}
        </Text>
        <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
          {t('card.facts', {
            network: titleOfBackbone(backbone),
            date: format.dateTime(createdAt),
            size: format.bytes(sizeBytes),
          })}
        </Text>
        <Group
          gap={6}
          component="ul"
          aria-label={t('card.classes')}
          m={0}
          p={0}
          style={{ listStyle: 'none' }}
        >
          {classNames.slice(0, CLASSES_SHOWN).map((className) => (
            <Badge component="li" key={className} variant="default" tt="none" maw={160}>
              {className}
            </Badge>
          ))}
          {more > 0 && (
            <Badge component="li" variant="default" tt="none">
              {t('card.moreClasses', { count: more })}
            </Badge>
          )}
        </Group>
        <Group gap="xs" mt="auto" pt="xs">
          <Button
            component="a"
            href={toHash('classify', id)}
            size="xs"
            leftSection={<IconPhotoSearch size={16} aria-hidden />}
            {...labelled('classify')}
          >
            {t('card.classify')}
          </Button>
          <ContinueButton model={model} size="xs" />
          <Button
            size="xs"
            variant="default"
            disabled={busy}
            leftSection={<IconDownload size={16} aria-hidden />}
            onClick={() => setOpen('download')}
            {...labelled('download')}
          >
            {t('card.download')}
          </Button>
          <Button
            size="xs"
            variant="default"
            leftSection={<IconPencil size={16} aria-hidden />}
            onClick={() => setOpen('rename')}
            {...labelled('rename')}
          >
            {t('card.rename')}
          </Button>
          <Button
            size="xs"
            variant="default"
            leftSection={<IconTrash size={16} aria-hidden />}
            onClick={() => setOpen('delete')}
            {...labelled('delete')}
          >
            {t('card.delete')}
          </Button>
        </Group>
      </Stack>
      {open === 'rename' && <RenameModal model={model} onClose={() => setOpen(null)} />}
      {open === 'download' && <DownloadModal model={model} onClose={() => setOpen(null)} />}
      {open === 'delete' && (
        <DeleteModal name={name} onClose={() => setOpen(null)} onConfirm={() => remove.run(id)} />
      )}
    </Card>
  );
});
