/** Weights from an address that a person types or pastes: the field, and what is wrong with it. */
import { Button, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import {
  type AddressProblem,
  type DownloadAddress,
  readDownloadAddress,
} from '../../../shared/downloadAddress.ts';
import { ownBackbonesStore } from '../../../state/engine/ownBackbones.ts';
import { weightsOfferStore } from '../../../state/engine/weightsOffer.ts';
import { HELP_BELOW } from '../../common/settings/settingFields.ts';

export function WeightsFromAddress({ onAsk }: { readonly onAsk: (address: DownloadAddress) => void }) {
  const { t } = useTranslation('train');
  const [text, setText] = useState('');
  const [problem, setProblem] = useState<AddressProblem | null>(null);
  const isBusy = useStore(weightsOfferStore, ({ offer }) => offer !== null);
  const isAdding = useStore(ownBackbonesStore, ({ adding }) => adding !== null);
  const ask = () => {
    const address = readDownloadAddress(text);
    if (typeof address === 'string') setProblem(address);
    else onAsk(address);
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        ask();
      }}
    >
      <TextInput
        label={t('own.address.label')}
        description={t('own.address.help')}
        inputWrapperOrder={HELP_BELOW}
        type="url"
        inputMode="url"
        autoComplete="off"
        spellCheck={false}
        placeholder="https://"
        value={text}
        error={problem && t(`own.address.${problem}`)}
        onChange={({ currentTarget }) => {
          setText(currentTarget.value);
          setProblem(null);
        }}
      />
      <Button type="submit" variant="default" mt="xs" disabled={isBusy || isAdding || text.trim() === ''}>
        {t('own.address.fetch')}
      </Button>
    </form>
  );
}
