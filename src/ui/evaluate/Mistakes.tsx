/** The test pictures that were taken for something else, the surest mistakes first: where data sets show their faults. */
import { Button, Card, Image, SimpleGrid, Stack, Text } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { readThumbnail } from '../../state/dataset/pictureBlobs.ts';
import type { Mistake } from '../../state/training/plan.ts';
import { useFormat } from '../common/useFormat.ts';
import { usePictureUrl } from '../common/usePictureUrl.ts';

const SHOWN_AT_ONCE = 12;

function MistakeCard({ mistake }: { readonly mistake: Mistake }) {
  const { t } = useTranslation('evaluate');
  const format = useFormat();
  const [blob, setBlob] = useState<Blob | null>(null);
  const [gone, setGone] = useState(false);
  const url = usePictureUrl(blob);
  const { hash, pictureName, trueClass, predictedClass, probability } = mistake;
  useEffect(() => {
    let ended = false;
    const show = (found: Blob | null) => {
      if (ended) return;
      setBlob(found);
      setGone(found === null);
    };
    // The picture may have been deleted since; the words still tell.
    readThumbnail(hash).then(show, () => show(null));
    return () => {
      ended = true;
    };
  }, [hash]);
  return (
    <Card component="li" withBorder padding="xs" radius="md">
      <Card.Section h={130} style={{ display: 'grid', placeItems: 'center', overflow: 'hidden' }}>
        {url && <Image src={url} alt={pictureName} h={130} fit="contain" />}
        {gone && (
          <Text size="xs" c="dimmed">
            {t('mistakes.gone')}
          </Text>
        )}
      </Card.Section>
      <Text size="sm" mt={6} style={{ overflowWrap: 'anywhere' }}>
        {t('mistakes.taken', { trueClass, predictedClass, fraction: format.percent(probability, 0) })}
      </Text>
    </Card>
  );
}

export function Mistakes({ mistakes }: { readonly mistakes: readonly Mistake[] }) {
  const { t } = useTranslation('evaluate');
  const [shown, setShown] = useState(SHOWN_AT_ONCE);
  if (mistakes.length === 0) return null;
  return (
    <Stack gap="sm">
      <SimpleGrid
        component="ul"
        aria-label={t('mistakes.title')}
        cols={{ base: 2, xs: 3, md: 4, lg: 6 }}
        m={0}
        p={0}
        style={{ listStyle: 'none' }}
      >
        {mistakes.slice(0, shown).map((mistake) => (
          <MistakeCard key={`${mistake.hash} ${mistake.trueClass}`} mistake={mistake} />
        ))}
      </SimpleGrid>
      {shown < mistakes.length && (
        <Button
          variant="default"
          onClick={() => setShown(shown + SHOWN_AT_ONCE)}
          style={{ alignSelf: 'flex-start' }}
        >
          {t('mistakes.more', { count: mistakes.length - shown })}
        </Button>
      )}
    </Stack>
  );
}
