/** Keeps a fault in one view from taking the whole page with it. React asks for a class here. */
import { Button, Stack } from '@mantine/core';
import { Component, type ReactNode } from 'react';
import { Translation } from 'react-i18next';
import { type AppError, toAppError } from '../../shared/errors.ts';
import { ErrorMessage } from './ErrorMessage.tsx';

interface Props {
  readonly children: ReactNode;
  /** Told as well, where the part goes away with its error and that is shown elsewhere. */
  readonly onError?: (error: AppError) => void;
}
interface State {
  readonly error: AppError | null;
}

export class ErrorBoundary extends Component<Props, State> {
  override state: State = { error: null };

  static getDerivedStateFromError(thrown: unknown): State {
    return { error: toAppError(thrown) };
  }

  override componentDidCatch(thrown: unknown): void {
    this.props.onError?.(toAppError(thrown));
  }

  override render() {
    const { error } = this.state;
    if (!error) return this.props.children;
    return (
      <Stack align="flex-start">
        <ErrorMessage error={error} onRetry={() => this.setState({ error: null })} />
        {error.code !== 'partMissing' && (
          <Button variant="default" onClick={() => location.reload()}>
            <Translation ns="app">{(t) => t('action.reload')}</Translation>
          </Button>
        )}
      </Stack>
    );
  }
}
