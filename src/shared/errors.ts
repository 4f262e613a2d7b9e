/** One error class for the whole program: a code from one union, which the i18n table turns into words. */

export const ERROR_CODES = [
  // weights
  'weightsMissing', // the server has no manifest: set-up was not run
  'weightsNetwork', // a shard could not be fetched
  'weightsCorrupt', // a shard does not match its hash after a second fetch
  'weightsInvalid', // the manifest is not one of ours
  // files of weights that other programs wrote
  'weightsFileUnknown', // of no format that we know
  'weightsFileDamaged', // cut off, or it contradicts itself
  'weightsFileTooLarge', // more memory than any weights need
  'weightsFileRefused', // a pickle that asks for more than tensors
  'weightsFileUnsupported', // whole, and beyond us
  'weightsFilePartMissing', // a shard that was not given with the others
  'weightsFileEmpty',
  'weightsFileNotFinite', // weights that are NaN or infinite
  'weightsOtherNetwork', // of a network that we know by name
  'weightsUnknownNetwork',
  'weightsOtherClasses', // the right network, trained for another number of classes
  'weightsIncomplete',
  'weightsNotPublished', // `file`: of a name that we know the SHA-256 of, and with another one
  // a file that the person had fetched from an address
  'downloadBlocked', // by the policy that the host of the app sends, or a browser that does not narrow one down
  'downloadUnreachable', // no answer, or one that the server lets no other site read
  'downloadOffline',
  'downloadLeadsElsewhere', // to a host that was not asked for
  'downloadRefused', // `status` of the answer
  'downloadCutOff',
  'downloadTooLarge',
  // backends and workers
  'noBackend',
  'backendUnavailable',
  'deviceLost',
  'arithmeticUnavailable', // 8-bit integers, which the backend in use does not compute in
  'workerDied',
  'partMissing', // a script that is loaded when needed is not on the host (any more), or there is no connection
  'outOfMemory',
  'notFinite', // a loss that is NaN or infinity
  'featuresNotFinite', // the same of what the backbone makes of a picture
  'modelNotFinite', // and of what a model answers
  'cancelled',
  // pictures and archives
  'pictureUnreadable',
  'pictureTooLarge',
  'drawingTooComplex', // an SVG that would take too long to draw
  'archiveUnreadable',
  'archiveEncrypted',
  'setFileMissing', // of a data set of several files, one was not given
  'setUnknown', // a file of a known kind that holds no pictures with classes
  'pickleUnreadable', // broken, cut off or beyond the limits
  'pickleRefused', // it asks for something of Python that is no plain value or array
  'noCamera',
  'cameraNeedsHttps', // browsers give plain http from another machine none
  // data set
  'tooFewClasses',
  'classTooSmall',
  'nothingToTrain',
  'groupPatternInvalid',
  'samplesUnavailable', // set-up has drawn no sample pictures, or they cannot be fetched
  // model files
  'modelFileUnreadable',
  'modelFileUnsupported', // a layer, a version or another backbone that we cannot run
  'modelFileTooLarge', // more memory or time than a browser has for it
  'modelFileNotFinite', // weights that are NaN or infinite
  'modelFileMisfit', // what it says of itself is not of its classes
  'unsupportedByFormat', // the network has a node this file format cannot carry
  // what is kept here
  'modelOfOtherBackbone', // trained over other weights of the network than there are now
  'runOfOtherBackbone', // the same of an interrupted run
  'recipeUnreadable', // `what` of it: no recipe, or one with a mistake
  'recipeFromLater', // a later version wrote it
  'backboneBusy', // a run learns over other weights than are asked for
  'topMissing', // weights that came without the classes they were trained on
  'normsMissing', // weights whose BatchNorm was folded and not kept
  'ensembleOtherClasses', // models that know other classes than the data set
  'backboneChanged', // somebody turned to other weights while it was computed
  'ownWeightsGone', // those that were chosen are here no more
  'ensembleOtherInput', // networks that take colours in ways that cannot be brought together
  'ensembleNoMirror', // a network that cannot be turned left to right
  'ensembleOtherSize', // models that read pictures of different sizes
  'networkFileUnreadable', // `what` is wrong in a file that defines a network
  'recipeWantsWeights', // `network`: one whose weights the person has not brought
  'networkUnknown', // `network`, `sizePx`: no such backbone
  'networkTooDeep', // `network`: its pools leave nothing of a picture of `sizePx`, only of one of `leastPx`
  'networkTooLarge', // `parameters`, `products`: no browser could hold or run the network that is to be trained
  // storage
  'storageUnavailable',
  'storageFull',
  'storageBlocked', // another tab holds an older version open
  'recordUnreadable', // what was kept is not what it should be; it stays where it is
  'recordFromLater', // a later version of Headstart wrote it
  'notFound',
  'unexpected',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

/** Values put into the sentence of an error, by the placeholder's name. */
export type ErrorDetails = Readonly<Record<string, string | number>>;

/**
 * The only error that crosses a room's edge.
 * `details` fills the placeholders of the sentence in the i18n table; `cause` keeps the original for the log.
 */
export class AppError extends Error {
  override readonly name = 'AppError';
  constructor(
    readonly code: ErrorCode,
    readonly details: ErrorDetails = {},
    options?: ErrorOptions,
  ) {
    super(`${code} ${JSON.stringify(details)}`, options);
  }
}

/** What an `AppError` looks like while it crosses between threads. */
export interface SerializedError {
  readonly code: ErrorCode;
  readonly details: ErrorDetails;
  /** For the log only; never matched on, never shown as the main sentence. */
  readonly technical: string;
}

const named = new WeakMap<Error, ErrorCode>();

/** Gives an error of the platform the code that only the place where it was seen can tell. */
export function nameError(error: Error, code: ErrorCode): void {
  named.set(error, code);
}

/** Any thrown value as an `AppError`; an unknown one becomes `unexpected` with its message in `details.message`. */
export function toAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  if (thrown instanceof DOMException) {
    if (thrown.name === 'AbortError') return new AppError('cancelled', {}, { cause: thrown });
    if (thrown.name === 'QuotaExceededError') return new AppError('storageFull', {}, { cause: thrown });
  }
  const code = thrown instanceof Error ? named.get(thrown) : undefined;
  if (code) return new AppError(code, {}, { cause: thrown });
  // After a trap nobody knows what a WebAssembly memory holds: whoever worked on it starts anew.
  if (thrown instanceof WebAssembly.RuntimeError)
    return new AppError('workerDied', { message: thrown.message }, { cause: thrown });
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new AppError('unexpected', { message }, { cause: thrown });
}

export function toSerializedError(thrown: unknown): SerializedError {
  const error = toAppError(thrown);
  const cause = error.cause;
  const technical = cause instanceof Error ? (cause.stack ?? cause.message) : (error.stack ?? error.message);
  return { code: error.code, details: error.details, technical };
}

export function fromSerializedError(serialized: SerializedError): AppError {
  return new AppError(serialized.code, serialized.details, { cause: new Error(serialized.technical) });
}

/** Throws `cancelled` if the signal says so. */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new AppError('cancelled');
}
