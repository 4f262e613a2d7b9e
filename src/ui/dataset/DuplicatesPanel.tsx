/** Points out the same picture in two places, says why it matters, and offers to put it right. */
import { Badge, Button, CloseButton, Group, Stack, Text } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Dataset, DatasetPicture, PictureId } from '../../domain/dataset.ts';
import { deletePictures } from '../../state/dataset/dataset.ts';
import { duplicatesOf, splitsOf } from '../../state/dataset/derived.ts';
import { Panel } from '../common/Panel.tsx';
import { useFormat } from '../common/useFormat.ts';
import classes from './DuplicatesPanel.module.css';
import { useThumbnail } from './PictureTile.tsx';

const SHOWN_AT_ONCE = 10;

export function DuplicatesPanel({ dataset }: { readonly dataset: Dataset }) {
  const { t } = useTranslation('dataset');
  const format = useFormat();
  const found = useMemo(() => duplicatesOf(dataset), [dataset]);
  const byId = useMemo(() => new Map(dataset.pictures.map((picture) => [picture.id, picture])), [dataset]);
  const inClasses = new Set(found.acrossClasses.map(({ hash }) => hash));
  // A picture in two classes is told once, as the graver of the two.
  const onlyInSplits = found.acrossSplits.filter(({ hash }) => !inClasses.has(hash));
  const spare = found.withinClass.flatMap(({ pictureIds }) => pictureIds.slice(1));
  const count = found.acrossClasses.length + onlyInSplits.length + found.withinClass.length;
  if (count === 0) return null;
  const show = (groups: readonly { readonly pictureIds: readonly PictureId[] }[]) =>
    groups.map(({ pictureIds }) => pictureIds.flatMap((id) => byId.get(id) ?? []));
  return (
    <Panel
      title={t('duplicates.title')}
      fold={found.acrossClasses.length + onlyInSplits.length > 0 ? 'open' : 'closed'}
      mark={
        <Badge variant="light" color="gray">
          {format.number(count)}
        </Badge>
      }
    >
      <Stack gap="sm">
        <Groups text={t('duplicates.acrossClasses')} groups={show(found.acrossClasses)} dataset={dataset} />
        <Groups text={t('duplicates.acrossSplits')} groups={show(onlyInSplits)} dataset={dataset} />
        {spare.length > 0 && (
          <div>
            <Text size="sm" mb={6}>
              {t('duplicates.within')}
            </Text>
            <Button size="xs" variant="default" onClick={() => deletePictures(spare)}>
              {t('duplicates.removeCopies', { count: spare.length })}
            </Button>
          </div>
        )}
      </Stack>
    </Panel>
  );
}

interface GroupsProps {
  readonly text: string;
  readonly groups: readonly (readonly DatasetPicture[])[];
  readonly dataset: Dataset;
}

function Groups({ text, groups, dataset }: GroupsProps) {
  const { t } = useTranslation('dataset');
  const [limit, setLimit] = useState(SHOWN_AT_ONCE);
  const splits = splitsOf(dataset);
  if (groups.length === 0) return null;
  const classNameOf = (picture: DatasetPicture) =>
    dataset.classes.find(({ id }) => id === picture.classId)?.name ?? '';
  return (
    <div>
      <Text size="sm" mb={6}>
        {text}
      </Text>
      <ul className={classes.list}>
        {groups.slice(0, limit).map((pictures) => (
          <li key={pictures[0]?.id} className={classes.group}>
            <Thumbnail hash={pictures[0]?.hash ?? ''} />
            <Stack gap={2} flex={1} miw={0}>
              {pictures.map((picture) => {
                const split = splits.get(picture.id);
                return (
                  <Group key={picture.id} gap={4} wrap="nowrap" justify="space-between">
                    <Text size="xs" truncate title={picture.path}>
                      {classNameOf(picture)}
                      {split && ` · ${t(`split.${split}`)}`}
                    </Text>
                    <CloseButton
                      size="sm"
                      aria-label={t('duplicates.remove', {
                        name: picture.name,
                        className: classNameOf(picture),
                      })}
                      onClick={() => deletePictures([picture.id])}
                    />
                  </Group>
                );
              })}
            </Stack>
          </li>
        ))}
      </ul>
      {groups.length > limit && (
        <Button size="xs" variant="default" mt="xs" onClick={() => setLimit(limit + SHOWN_AT_ONCE)}>
          {t('duplicates.more', { count: groups.length - limit })}
        </Button>
      )}
    </div>
  );
}

function Thumbnail({ hash }: { readonly hash: string }) {
  const url = useThumbnail(hash);
  return url ? (
    <img src={url} alt="" className={classes.thumbnail} />
  ) : (
    <span className={classes.thumbnail} />
  );
}
