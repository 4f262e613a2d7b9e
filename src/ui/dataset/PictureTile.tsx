/** One picture of the grid: a button that picks it. Its object URL lives only while it is on screen. */
import { IconCheck, IconPhotoOff } from '@tabler/icons-react';
import { type MouseEvent, memo, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { DatasetPicture } from '../../domain/dataset.ts';
import type { SplitName } from '../../domain/picture.ts';
import { missingPicturesStore, peekThumbnail, readThumbnail } from '../../state/dataset/pictureBlobs.ts';
import { notifyError } from '../../state/shell/notices.ts';
import { usePictureUrl } from '../common/usePictureUrl.ts';
import classes from './PictureTile.module.css';

function useIsMissing(hash: string): boolean {
  return useStore(missingPicturesStore, ({ missing }) => missing.has(hash));
}

/** Object URL of a picture's thumbnail, null until it is read. */
export function useThumbnail(hash: string): string | null {
  // Once its file has come back it is read anew.
  const isMissing = useIsMissing(hash);
  const [blob, setBlob] = useState<Blob | null>(() => peekThumbnail(hash));
  useEffect(() => {
    if (isMissing) return;
    let ended = false;
    readThumbnail(hash).then((read) => {
      if (!ended) setBlob(read);
    }, notifyError);
    return () => {
      ended = true;
    };
  }, [hash, isMissing]);
  return usePictureUrl(blob);
}

export interface PictureTileProps {
  readonly picture: DatasetPicture;
  readonly split: SplitName | null;
  readonly isSelected: boolean;
  /** The one tile that the Tab key reaches. */
  readonly isActive: boolean;
  /** Take the focus once it is on screen. */
  readonly wantsFocus: boolean;
  readonly onPick: (picture: DatasetPicture, withShift: boolean) => void;
}

export const PictureTile = memo(function PictureTile({
  picture,
  split,
  isSelected,
  isActive,
  wantsFocus,
  onPick,
}: PictureTileProps) {
  const { t } = useTranslation('dataset');
  const isMissing = useIsMissing(picture.hash);
  const url = useThumbnail(picture.hash);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (wantsFocus) button.current?.focus({ preventScroll: true });
  }, [wantsFocus]);
  const splitName = split === null ? '' : t(`split.${split}`);
  return (
    <button
      ref={button}
      type="button"
      className={classes.tile}
      aria-pressed={isSelected}
      aria-label={[picture.name, splitName, isMissing ? t('missing.tile') : ''].filter(Boolean).join(', ')}
      title={picture.path}
      tabIndex={isActive ? 0 : -1}
      data-picture-id={picture.id}
      onClick={(event: MouseEvent) => onPick(picture, event.shiftKey)}
    >
      {url && <img src={url} alt="" className={classes.image} draggable={false} />}
      {isMissing && (
        <span className={classes.missing} aria-hidden>
          <IconPhotoOff size={28} />
          {t('missing.tile')}
        </span>
      )}
      {split && (
        <span className={classes.badge} data-split={split} aria-hidden>
          {t(`split.short.${split}`)}
        </span>
      )}
      {isSelected && (
        <span className={classes.check} aria-hidden>
          <IconCheck size={16} stroke={3} />
        </span>
      )}
    </button>
  );
});
