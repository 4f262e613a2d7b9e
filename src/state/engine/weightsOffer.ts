/** A file of weights that a person wants from an address: what is asked of them, how far it is, and what went wrong. */
import { createStore } from 'zustand/vanilla';
import type { OwnBackbone } from '../../domain/ownBackbone.ts';
import type { DownloadAddress } from '../../shared/downloadAddress.ts';
import { AppError } from '../../shared/errors.ts';

export interface WeightsOffer {
  readonly address: DownloadAddress;
  /** How pictures enter the network, as for a file. */
  readonly preprocessing: OwnBackbone['preprocessing'];
}

export interface DownloadProgress {
  readonly loadedBytes: number;
  /** 0 until it is known. */
  readonly totalBytes: number;
  readonly remainingMs: number | null;
}

export interface WeightsOfferState {
  /** The one that is asked about or under way. */
  readonly offer: WeightsOffer | null;
  /** null: the person has not pressed yet. */
  readonly progress: DownloadProgress | null;
  readonly error: AppError | null;
  /** Where the last one was, for the person to open it otherwise. */
  readonly failedUrl: string | null;
}

export const weightsOfferStore = createStore<WeightsOfferState>()(() => ({
  offer: null,
  progress: null,
  error: null,
  failedUrl: null,
}));

/** Asks the person; nothing is asked of the address. One at a time. */
export function offerDownload(offer: WeightsOffer): void {
  if (weightsOfferStore.getState().progress) return;
  weightsOfferStore.setState({ offer, error: null, failedUrl: null });
  if (!navigator.onLine) failDownload(new AppError('downloadOffline'));
}

/** Ends the offer or the download: its frame goes with it, and all that has come. */
export function cancelDownload(): void {
  weightsOfferStore.setState({ offer: null, progress: null });
}

export function failDownload(error: AppError): void {
  const { offer } = weightsOfferStore.getState();
  weightsOfferStore.setState({ offer: null, progress: null, error, failedUrl: offer?.address.url ?? null });
}

export function dismissDownloadError(): void {
  weightsOfferStore.setState({ error: null, failedUrl: null });
}
