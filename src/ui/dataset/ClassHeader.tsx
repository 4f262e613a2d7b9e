/** The head of a class in the grid: fold, rename in place, add, merge, delete. */
import { ActionIcon, Badge, Group, Menu, TextInput, Title, UnstyledButton } from '@mantine/core';
import {
  IconArrowMerge,
  IconCamera,
  IconChevronDown,
  IconDotsVertical,
  IconPencil,
  IconTrash,
} from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DatasetClass } from '../../domain/dataset.ts';
import { deleteClass, isNameTaken, mergeClasses, renameClass } from '../../state/dataset/dataset.ts';
import { useFormat } from '../common/useFormat.ts';
import classes from './ClassHeader.module.css';
import { selectOnly, toggleCollapsed } from './selection.ts';

export interface ClassHeaderProps {
  readonly item: DatasetClass;
  readonly count: number;
  readonly others: readonly DatasetClass[];
  readonly isCollapsed: boolean;
  readonly isDropTarget: boolean;
  readonly pictureIds: () => readonly string[];
  readonly onCamera: (className: string) => void;
}

export function ClassHeader(props: ClassHeaderProps) {
  const { item, count, others, isCollapsed, isDropTarget, pictureIds, onCamera } = props;
  const { t } = useTranslation('dataset');
  const format = useFormat();
  const [renaming, setRenaming] = useState(false);
  const values = { name: item.name };

  return (
    <div className={classes.header} data-class-id={item.id} data-drop={isDropTarget || undefined}>
      <Group gap={6} wrap="nowrap" miw={0}>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-expanded={!isCollapsed}
          aria-label={t(isCollapsed ? 'class.unfold' : 'class.fold', values)}
          onClick={() => toggleCollapsed(item.id)}
        >
          <IconChevronDown size={20} className={classes.chevron} data-folded={isCollapsed || undefined} />
        </ActionIcon>
        {renaming ? (
          <NameInput item={item} onDone={() => setRenaming(false)} />
        ) : (
          <Title order={3} className={classes.name} lineClamp={1} title={item.name}>
            <UnstyledButton
              onClick={() => setRenaming(true)}
              aria-label={t('class.rename', values)}
              className={classes.rename}
            >
              {item.name}
            </UnstyledButton>
          </Title>
        )}
        <Badge variant="light" size="lg" className={classes.count}>
          {format.number(count)}
        </Badge>
      </Group>
      <Group gap={2} wrap="nowrap">
        <ActionIcon
          variant="subtle"
          color="gray"
          size="lg"
          aria-label={t('class.camera', values)}
          onClick={() => onCamera(item.name)}
        >
          <IconCamera size={20} />
        </ActionIcon>
        <Menu position="bottom-end" withinPortal>
          <Menu.Target>
            <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t('class.menu', values)}>
              <IconDotsVertical size={20} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown mah={360} style={{ overflowY: 'auto' }}>
            <Menu.Item leftSection={<IconPencil size={16} />} onClick={() => setRenaming(true)}>
              {t('class.renameShort')}
            </Menu.Item>
            <Menu.Item onClick={() => selectOnly(pictureIds())}>{t('class.selectAll')}</Menu.Item>
            <Menu.Item
              color="var(--hs-danger)"
              leftSection={<IconTrash size={16} />}
              onClick={() => deleteClass(item.id)}
            >
              {t('class.delete')}
            </Menu.Item>
            {others.map((other) => (
              <Menu.Item
                key={other.id}
                leftSection={<IconArrowMerge size={16} />}
                onClick={() => mergeClasses(item.id, other.id)}
              >
                {t('class.mergeInto', { name: other.name })}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      </Group>
    </div>
  );
}

function NameInput({ item, onDone }: { readonly item: DatasetClass; readonly onDone: () => void }) {
  const { t } = useTranslation('dataset');
  const [name, setName] = useState(item.name);
  const finish = () => {
    if (name.trim() !== '' && name.trim() !== item.name) renameClass(item.id, name.trim());
    onDone();
  };
  return (
    <TextInput
      value={name}
      size="sm"
      aria-label={t('class.nameLabel')}
      description={isNameTaken(item.id, name) ? t('class.nameTaken') : undefined}
      ref={(element) => {
        // It appears because the person asked to type here.
        if (element && document.activeElement !== element) element.focus();
      }}
      onChange={(event) => setName(event.currentTarget.value)}
      onBlur={finish}
      onKeyDown={(event) => {
        if (event.key === 'Enter') finish();
        else if (event.key === 'Escape') onDone();
        event.stopPropagation();
      }}
    />
  );
}
