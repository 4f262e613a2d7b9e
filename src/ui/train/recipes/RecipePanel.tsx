/** Everything set at once, as a tutorial does; and recipes as files, out and in. */
import { Accordion, Button, Group, Stack, Text } from '@mantine/core';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { notify } from '../../../state/shell/notices.ts';
import {
  applyRecipe,
  loadRecipe,
  openRecipe,
  RECIPE_IDS,
  saveRecipe,
} from '../../../state/training/runRecipes.ts';
import { FilePicker } from '../../common/FilePicker.tsx';
import { useAction } from '../../common/useAction.ts';

export function RecipePanel() {
  const { t } = useTranslation('train');
  const apply = useAction(
    useCallback(async (id: string) => {
      await applyRecipe(await loadRecipe(id));
      notify({ kind: 'info', messageKey: 'train:recipes.applied', topic: 'recipe' });
    }, []),
  );
  const open = useAction(
    useCallback(async (file: File) => {
      const { name } = await openRecipe(file);
      notify({ kind: 'info', messageKey: 'train:recipes.opened', values: { name }, topic: 'recipe' });
    }, []),
  );
  return (
    <Stack>
      <Text size="sm">{t('recipes.help')}</Text>
      <Stack
        component="ul"
        gap="sm"
        p={0}
        m={0}
        style={{ listStyle: 'none' }}
        aria-label={t('recipes.title')}
      >
        {RECIPE_IDS.map((id) => {
          // The keys are the names of the files; runRecipes.browser.test.ts holds them against the words.
          const words = `recipes.${id}` as 'recipes.plain-cnn';
          return (
            <li key={id}>
              <Button
                variant="light"
                loading={apply.busy}
                h="auto"
                mih={36}
                py={6}
                maw="100%"
                styles={{ label: { whiteSpace: 'normal', textAlign: 'start' } }}
                onClick={() => apply.run(id)}
              >
                {t(`${words}.label`)}
              </Button>
              <Text size="xs" c="dimmed" mt={4}>
                {t(`${words}.help`)}
              </Text>
            </li>
          );
        })}
      </Stack>
      <Group gap="xs">
        <FilePicker
          name="recipe"
          variant="default"
          multiple={false}
          accept=".json,application/json"
          loading={open.busy}
          onPick={([file]) => file && open.run(file)}
        >
          {t('recipes.open')}
        </FilePicker>
        <Button variant="default" onClick={() => saveRecipe(t('recipes.own'))}>
          {t('recipes.save')}
        </Button>
      </Group>
    </Stack>
  );
}

/** The panel as one line among the others that fold. */
export function RecipeItem() {
  const { t } = useTranslation('train');
  return (
    <Accordion.Item value="recipes">
      <Accordion.Control>{t('recipes.title')}</Accordion.Control>
      <Accordion.Panel>
        <RecipePanel />
      </Accordion.Panel>
    </Accordion.Item>
  );
}
