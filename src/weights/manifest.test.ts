import { describe, expect, it } from 'vitest';
import { AppError } from '../shared/errors.ts';
import { tinyManifest } from '../testing/weights/tiny.ts';
import { allPartsOf, findPart, parseManifest, partSizeBytes } from './manifest.ts';

function codeOf(json: unknown): string {
  try {
    parseManifest(json);
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
  return 'accepted';
}

/** The manifest with one place changed, at a path such as `parts.0.shards.0.path`. */
function withChange(path: string, value: unknown): unknown {
  const copy: unknown = structuredClone(tinyManifest().manifest);
  const keys = path.split('.');
  const last = keys.pop() as string;
  let place = copy as Record<string, unknown>;
  for (const key of keys) place = place[key] as Record<string, unknown>;
  place[last] = value;
  return copy;
}

describe('parseManifest', () => {
  it('takes a manifest and adds up its sizes', () => {
    const manifest = parseManifest(tinyManifest().manifest);
    expect(partSizeBytes(findPart(manifest, 'backbone'))).toBe(2 * (3 * 4 + 4 + 4 * 4 + 4));
    expect(partSizeBytes(findPart(manifest, 'top'))).toBe(2 * (4 * 2 + 2));
  });

  it.each([
    ['another format', 'format', 'onnx'],
    ['a later version', 'version', 2],
    ['a way out of the folder', 'parts.0.shards.0.path', '../../secret.bin'],
    ['an address elsewhere', 'parts.0.shards.0.path', 'https://example.org/x.bin'],
    ['a broken hash', 'parts.0.shards.0.sha256', 'abc'],
    ['sizes that do not add up', 'parts.0.shards.0.sizeBytes', 3],
    ['a tensor out of place', 'parts.0.tensors.1.byteOffset', 4],
    ['a shape that does not fit its bytes', 'parts.0.tensors.0.shape', [1, 1, 3, 5]],
    ['an enormous layer', 'nodes.1.filters', 1e12],
    ['a number that is none', 'nodes.0.preprocessing.bias', [0, 0, Number.NaN]],
    ['an unknown layer', 'nodes.1.op', 'eval'],
    ['a missing field', 'nodes.1.strides', undefined],
    ['another feature node', 'featureNode', 'conv'],
    ['too few labels', 'labels', ['one']],
    ['two parts of one kind', 'parts.1.id', 'backbone'],
    ['no top', 'parts.1.id', 'norms'],
    ['a range for no node', 'activationRanges.stranger', [1]],
    ['fewer ranges than channels', 'activationRanges.relu', [1, 2, 3]],
    ['a range of nothing', 'activationRanges.relu', [1, 2, 0, 3]],
    ['a range without end', 'activationRanges.relu', [Number.POSITIVE_INFINITY]],
    ['a range too small to divide by', 'activationRanges.relu', [1e-40]],
    ['no ranges', 'activationRanges.relu', []],
  ])('refuses %s', (_, path, value) => {
    expect(codeOf(withChange(path, value))).toBe('weightsInvalid');
  });

  it('takes what BatchNorm was beside two parts, as those do not know of it that were kept from before', () => {
    const { manifest } = tinyManifest();
    const [, top] = manifest.parts;
    const both = parseManifest({ ...manifest, norms: { ...top, id: 'norms' } });
    expect(findPart(both, 'norms').tensors).toEqual(top?.tensors);
    expect(allPartsOf(both).map(({ id }) => id)).toEqual(['backbone', 'top', 'norms']);
    expect(both.parts).toHaveLength(2);
    expect(() => findPart(parseManifest(manifest), 'norms')).toThrow('norms');
  });

  it('takes one range for a whole map, and a manifest of a time before ranges', () => {
    expect(codeOf(withChange('activationRanges.relu', [255]))).toBe('accepted');
    expect(codeOf(withChange('activationRanges', undefined))).toBe('accepted');
  });

  it('refuses ranges over nodes that make no network', () => {
    expect(codeOf(withChange('nodes.1.groups', 2))).toBe('weightsInvalid');
  });

  it.each([[null], ['text'], [[]], [{}]])('refuses %j', (json) => {
    expect(codeOf(json)).toBe('weightsInvalid');
  });
});
