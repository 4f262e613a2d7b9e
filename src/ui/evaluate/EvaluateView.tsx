/** How good a kept model is: the headline, each class, what is mixed up, how it learned, what it was made of. */

import { Anchor, Loader, Stack, Text, Title } from '@mantine/core';
import { type ReactNode, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { ModelRecord } from '../../domain/model.ts';
import { AppError } from '../../shared/errors.ts';
import { loadModels, modelsStore } from '../../state/models/models.ts';
import { navigationStore, toHash } from '../../state/shell/navigation.ts';
import { lastRunStore } from '../../state/training/lastRun.ts';
import { Curves } from '../common/charts/Curves.tsx';
import { ErrorMessage } from '../common/ErrorMessage.tsx';
import { SeenBeforeNote } from '../common/models/SeenBeforeNote.tsx';
import { Note } from '../common/Note.tsx';
import { PageHeader } from '../common/PageHeader.tsx';
import { TransferStatus } from '../common/progress/TransferStatus.tsx';
import { useFormat } from '../common/useFormat.ts';
import { useSelected } from '../common/useSelected.ts';
import { AccuracyHeadline } from './AccuracyHeadline.tsx';
import { ClassTable } from './ClassTable.tsx';
import { ConfusionMatrix } from './ConfusionMatrix.tsx';
import { EnsembleTable } from './EnsembleTable.tsx';
import { ExactNote } from './ExactNote.tsx';
import { Mistakes } from './Mistakes.tsx';
import { ModelFacts } from './ModelFacts.tsx';
import { ResultActions } from './ResultActions.tsx';

function Section({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <Stack component="section" gap="sm" aria-label={title}>
      <Title order={2} size="h3">
        {title}
      </Title>
      {children}
    </Stack>
  );
}

/** What is to be known before the figures are believed. */
function ModelNotes({ model }: { readonly model: ModelRecord }) {
  const { t } = useTranslation('evaluate');
  const { curve, bestEpoch, seenBefore = null, metrics } = model;
  return (
    <>
      <SeenBeforeNote seenBefore={seenBefore} testCount={metrics.test?.count ?? 0} />
      {bestEpoch === 0 && curve.length > 0 && (
        <Note role="note" title={t('startKept.title')}>
          {t('startKept.what', { count: curve.length })}
        </Note>
      )}
    </>
  );
}

function Result({ model }: { readonly model: ModelRecord }) {
  const { t } = useTranslation('evaluate');
  const format = useFormat();
  const review = useStore(lastRunStore, (state) => state.review);
  const { classNames, metrics, curve, bestEpoch } = model;
  const split = metrics.test ? 'test' : 'validation';
  const measured = metrics.test ?? metrics.validation;
  const mistakes = review?.modelId === model.id ? review.mistakes : [];
  return (
    <>
      <PageHeader
        title={model.name}
        lead={t('lead', { date: format.dateTime(model.createdAt), classes: classNames.length })}
        actions={<ResultActions model={model} />}
      />
      <Stack gap="xl">
        <TransferStatus />
        {measured ? (
          <>
            <AccuracyHeadline
              metrics={measured}
              exactNote={<ExactNote model={model} metrics={measured} />}
              classNames={classNames}
              split={split}
            />
            <ModelNotes model={model} />
            <Section title={t('matrix.title')}>
              <ConfusionMatrix metrics={measured} classNames={classNames} />
            </Section>
            <Section title={t('classes.title')}>
              <ClassTable metrics={measured} classNames={classNames} />
            </Section>
          </>
        ) : (
          <>
            <Text>{t('notMeasured')}</Text>
            <ModelNotes model={model} />
          </>
        )}
        {mistakes.length > 0 && (
          <Section title={t('mistakes.title')}>
            <Mistakes mistakes={mistakes} />
          </Section>
        )}
        {model.ensemble ? (
          <Section title={t('ensemble.title')}>
            <EnsembleTable ensemble={model.ensemble} />
          </Section>
        ) : (
          <Section title={t('curves')}>
            <Curves curve={curve} bestEpoch={bestEpoch} />
          </Section>
        )}
        <Section title={t('facts.title')}>
          <ModelFacts model={model} />
        </Section>
      </Stack>
    </>
  );
}

/** The model named in the address, or the last saved one. */
export function EvaluateView() {
  const { t } = useTranslation('evaluate');
  const id = useStore(navigationStore, ({ param }) => param);
  const { status, models, error } = useSelected(modelsStore, 'status', 'models', 'error');
  useEffect(() => void loadModels(), []);
  const model = id === null ? models[0] : models.find((candidate) => candidate.id === id);
  if (model) return <Result key={model.id} model={model} />;
  return (
    <>
      <PageHeader title={t('title')} />
      {status === 'failed' && error && <ErrorMessage error={error} onRetry={() => void loadModels()} />}
      {(status === 'idle' || status === 'loading') && <Loader role="status" aria-label={t('loading')} />}
      {status === 'ready' && id !== null && <ErrorMessage error={new AppError('notFound')} />}
      {status === 'ready' && id === null && (
        <Text>
          {t('empty')}{' '}
          <Anchor href={toHash('train')} underline="always">
            {t('emptyLink')}
          </Anchor>
        </Text>
      )}
    </>
  );
}
