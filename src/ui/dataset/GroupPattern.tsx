/** Keeps pictures that belong together in one split, by a pattern over their names; shows at once what it does. */
import { Text, TextInput } from '@mantine/core';
import { useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Dataset } from '../../domain/dataset.ts';
import { changeSplit } from '../../state/dataset/dataset.ts';
import { isGroupPattern, previewGroups } from '../../state/dataset/derived.ts';

export function GroupPattern({ dataset }: { readonly dataset: Dataset }) {
  const { t } = useTranslation(['dataset', 'errors']);
  const kept = dataset.split.groupPattern ?? '';
  const [draft, setDraft] = useState(kept);
  useEffect(() => setDraft(kept), [kept]);
  const valid = draft === '' || isGroupPattern(draft);
  const preview = useMemo(
    () => (valid && draft !== '' ? previewGroups(dataset, draft) : null),
    [dataset, draft, valid],
  );
  return (
    <div>
      <TextInput
        label={t('group.label')}
        description={t('group.explanation')}
        placeholder="^(.+)_\d+"
        size="xs"
        value={draft}
        spellCheck={false}
        error={valid ? null : t('errors:groupPatternInvalid.title')}
        onChange={(event) => {
          const text = event.currentTarget.value;
          setDraft(text);
          if (text === '' || isGroupPattern(text)) changeSplit({ groupPattern: text === '' ? null : text });
        }}
      />
      {preview && (
        <Text size="xs" mt={6} aria-live="polite">
          {t('group.preview', { count: preview.groups, matched: preview.matched, total: preview.total })}
          {preview.examples.length > 0 && ` ${t('group.examples', { names: preview.examples.join(', ') })}`}
        </Text>
      )}
    </div>
  );
}
