/** The name under which features are kept: everything that they depend on. */
import type { Arithmetic, BackboneInfo } from '../../rpc/protocol.ts';

/** Raise it when the 8-bit kernels or the quantisation come to other features than before. */
const INT8_VERSION = 1;

/**
 * Features from another source are never mixed in. Those in float32 agree, whatever computed them, as far as a sum's
 * order allows.
 * @param rangesId tells one set of activation ranges from another
 */
export function featureSourceOf(
  { id, fingerprint, inputSizePx, resize }: BackboneInfo,
  arithmetic: Arithmetic,
  rangesId: string,
): string {
  const parts = [
    id,
    fingerprint.slice(0, 16),
    inputSizePx,
    resize.fit,
    resize.cropShare,
    `v${resize.version}`,
  ];
  if (arithmetic === 'int8') parts.push(`int8-v${INT8_VERSION}-${rangesId}`);
  return parts.join(':');
}
