/** What holds for every backbone as an entry of the registry; its nodes are tested with the functions over networks. */
import { describe, expect, it } from 'vitest';
import { inferShapes } from '../shapes.ts';
import { isPublished, LEAST_INPUT_PX } from './backbone.ts';
import { DEFAULT_BACKBONE_ID, manifestPathOf } from './defaultBackbone.ts';
import { BACKBONES, findBackbone } from './registry.ts';

it('has every folder under its own name', () => {
  const folders = Object.keys(import.meta.glob('./*/backbone.ts')).map((path) => path.split('/')[1]);
  expect(folders.length).toBeGreaterThan(0);
  expect(BACKBONES.map(({ id }) => id)).toEqual(folders.toSorted());
});

it('has the backbone that the app works with, and none of another name', () => {
  expect(findBackbone(DEFAULT_BACKBONE_ID).id).toBe(DEFAULT_BACKBONE_ID);
  expect(() => findBackbone('constructor')).toThrow('constructor');
});

it('takes the weights of each from a package of its own, since set-up unpacks one model a package', () => {
  const packages = BACKBONES.filter(isPublished).map(({ source }) => source.package);
  expect(new Set(packages).size).toBe(packages.length);
});

describe.each(BACKBONES)('$id', (backbone) => {
  it('takes square pictures and gives the features that it says', () => {
    const nodes = backbone.buildNodes();
    const shapes = inferShapes(nodes);
    const [input] = nodes;
    expect(input?.op === 'input' && input.shape).toEqual([backbone.inputSizePx, backbone.inputSizePx, 3]);
    expect(shapes.get(backbone.featureNode)).toEqual([backbone.featureCount]);
  });

  it('takes pictures of other sizes too, down to the smallest', () => {
    const { leastInputPx = LEAST_INPUT_PX } = backbone;
    for (const sizePx of [leastInputPx, 33, 64]) {
      const nodes = backbone.buildNodes(sizePx);
      const shapes = inferShapes(nodes);
      expect(shapes.get(nodes[0]?.name ?? '')).toEqual([sizePx, sizePx, 3]);
      expect(shapes.get(backbone.featureNode)).toEqual([backbone.featureCount]);
    }
  });
});

describe.each(BACKBONES.filter(isPublished))('the source of $id', (backbone) => {
  it('pins a published version, by a hash, in an address that is safe', () => {
    const { version, sha512 } = backbone.source;
    expect(version).toMatch(/^\d+\.\d+\.\d+/);
    expect(atob(sha512)).toHaveLength(64);
    expect(manifestPathOf(backbone.id)).toMatch(/^weights\/[\w-]{1,64}\/manifest\.json$/);
  });
});
