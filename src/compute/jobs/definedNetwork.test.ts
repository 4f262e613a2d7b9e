import { describe, expect, it } from 'vitest';
import { BACKBONES, findBackbone } from '../../network/backbones/registry.ts';
import { parametersOf } from '../../network/cost.ts';
import { freshPlanOf, readDefinition, writeDefinition } from './definedNetwork.ts';
import { definitionOf, factsOfDefinition, factsOfFresh, networksFromScratch } from './factsOfNetworks.ts';

const PLAIN = findBackbone('plain-cnn');
type Parts = Record<string, unknown> & { nodes: Record<string, unknown>[] };

/** The plain CNN as a file, with something changed. */
function changed(change: (file: Parts) => void): string {
  const file = JSON.parse(writeDefinition(PLAIN, 32)) as Parts;
  change(file);
  return JSON.stringify(file);
}
const nodeOf = ({ nodes }: Parts, name: string) => nodes.find((node) => node.name === name) ?? {};

describe('a network in a file', () => {
  it.each(BACKBONES.map(({ id }) => id))('is the same as %s of the list, but for its classes', (id) => {
    const backbone = findBackbone(id);
    const { nodes, featureCount } = readDefinition(writeDefinition(backbone, backbone.inputSizePx), null);
    const listed = freshPlanOf({ backboneId: id, inputSizePx: backbone.inputSizePx });
    expect(featureCount).toBe(backbone.featureCount);
    expect(parametersOf(nodes)).toBe(parametersOf(listed.nodes));
    expect(nodes.map(({ op }) => op)).toEqual(listed.nodes.map(({ op }) => op));
  });

  it('can be changed: filters, dense width, size of the pictures', () => {
    const text = changed((file) => {
      nodeOf(file, 'conv3').filters = 200;
      nodeOf(file, 'dense').units = 64;
    });
    const plan = freshPlanOf({ backboneId: 'defined', inputSizePx: 48, definition: text });
    expect(plan.featureCount).toBe(64);
    expect(plan.nodes[0]).toMatchObject({ shape: [48, 48, 3] });
    const { parameters, stages } = factsOfDefinition(text);
    expect(parameters).toBeGreaterThan(parametersOf(PLAIN.buildNodes()));
    expect(stages.map(({ shape }) => shape[0])).toEqual([30, 15, 13, 6, 4, 2]);
  });

  it.each<[string, string, (file: Parts) => void]>([
    ['another format', 'format', (file) => Object.assign(file, { format: 'other' })],
    ['no nodes', 'nodes', (file) => Object.assign(file, { nodes: [] })],
    [
      'an op that there is not',
      'nodes.1.op',
      (file) => Object.assign(nodeOf(file, 'conv1'), { op: 'magic' }),
    ],
    [
      'a node that reads a later one',
      'conv1',
      (file) => Object.assign(nodeOf(file, 'conv1'), { inputs: ['conv2'] }),
    ],
    [
      'windows larger than the map',
      'conv',
      (file) => Object.assign(nodeOf(file, 'conv3'), { kernelSize: [99, 99] }),
    ],
    [
      'no picture at its beginning',
      'picture',
      (file) => Object.assign(file.nodes[0] ?? {}, { shape: [5], preprocessing: null }),
    ],
    [
      'a node that reads itself',
      'noise',
      (file) => file.nodes.splice(-2, 0, { op: 'dropout', name: 'noise', inputs: ['noise'], rate: 0.5 }),
    ],
    ['a map at its end', 'map', (file) => file.nodes.splice(5)],
  ])('is refused with what is wrong: %s', (_what, place, change) => {
    expect(() => readDefinition(changed(change), null)).toThrow(
      expect.objectContaining({
        code: 'networkFileUnreadable',
        details: { what: expect.stringContaining(place) },
      }),
    );
  });

  it('that no browser could run is refused by its size', () => {
    const huge = changed((file) => {
      Object.assign(file.nodes[0] ?? {}, { shape: [4096, 4096, 3] });
      for (const name of ['conv1', 'conv2']) nodeOf(file, name).filters = 60_000;
    });
    expect(() => readDefinition(huge, null)).toThrow(expect.objectContaining({ code: 'networkTooLarge' }));
  });

  it('whose weights no browser could hold is refused by its size', () => {
    const heavy = changed((file) => {
      Object.assign(file.nodes[0] ?? {}, { shape: [224, 224, 3] });
      nodeOf(file, 'dense').units = 16_384;
    });
    expect(() => readDefinition(heavy, null)).toThrow(expect.objectContaining({ code: 'networkTooLarge' }));
  });

  it('of the list is told with its stages, and which of them learn', () => {
    const facts = networksFromScratch().find(({ id }) => id === 'densenet121');
    expect(facts?.stages.map(({ shape, join }) => [shape[0], join])).toEqual([
      [56, null],
      [56, 'concatenation'],
      [28, 'concatenation'],
      [14, 'concatenation'],
      [7, 'concatenation'],
    ]);
    expect(facts?.learning).toEqual({ 1: 1, 2: 2 });
    expect(facts?.stages.reduce((sum, { parameters }) => sum + parameters, 0)).toBe(7_978_856 - 1_025_000);
  });
});

// At 512 the outputs of the deepest take more than a gigabyte for one picture, and all of them are kept while it learns.
it.each(BACKBONES.map(({ id }) => id))('%s of the list is taken for pictures of 320 pixels', (backboneId) => {
  expect(factsOfFresh({ backboneId, inputSizePx: 320 }).inputSizePx).toBe(320);
});

describe('a network whose layers are chosen', () => {
  const network = (filters: readonly number[], denseUnits: number, inputSizePx: number) => ({
    ...{ backboneId: 'plain-cnn', inputSizePx },
    layers: { filters, denseUnits },
  });

  it('has them, and tells what follows from them', () => {
    const chosen = network([8, 16, 24, 32], 48, 64);
    const plan = freshPlanOf(chosen);
    expect(plan.featureCount).toBe(48);
    const facts = factsOfFresh(chosen);
    // By hand: convolutions of 3×3 with their biases, the dense layer over 2×2 places, and the top of ten classes.
    const convolutions = 9 * (3 * 8 + 8 * 16 + 16 * 24 + 24 * 32) + 8 + 16 + 24 + 32;
    expect(facts.parameters).toBe(convolutions + 2 * 2 * 32 * 48 + 48 + 48 * 10 + 10);
    expect(facts).toMatchObject({
      inputSizePx: 64,
      leastInputPx: 46,
      featureCount: 48,
      layers: chosen.layers,
    });
    expect(facts.stages.map(({ shape }) => shape)).toEqual([
      [62, 62, 8],
      [29, 29, 16],
      [12, 12, 24],
      [4, 4, 32],
      [2, 2, 32],
    ]);
  });

  it('is the same as ever with those that it usually has', () => {
    const listed = { backboneId: 'plain-cnn', inputSizePx: 40 };
    expect(freshPlanOf(network([32, 64, 128], 128, 40))).toEqual(freshPlanOf(listed));
    expect(factsOfFresh(network([32, 64, 128], 128, 40))).toEqual(factsOfFresh(listed));
  });

  it('is saved as a file with its layers and its size', () => {
    const { nodes, sidePx } = readDefinition(definitionOf(network([5, 7], 9, 30)), null);
    expect(sidePx).toBe(30);
    expect(nodes.flatMap((node) => (node.op === 'conv2d' ? [node.filters] : []))).toEqual([5, 7]);
  });

  it.each([
    ['pictures that its pools leave nothing of', network([4, 4, 4, 4], 8, 45), 'networkTooDeep'],
    ['more weights than a browser holds', network([64], 8192, 512), 'networkTooLarge'],
    [
      'pictures that are too large for its usual layers',
      { backboneId: 'plain-cnn', inputSizePx: 4096 },
      'networkTooLarge',
    ],
    [
      'pictures that are too large for layers that are never chosen',
      { backboneId: 'resnet18', inputSizePx: 4096 },
      'networkTooLarge',
    ],
    [
      'layers of a network that has its own',
      { ...network([4], 8, 64), backboneId: 'resnet18' },
      'networkUnknown',
    ],
  ])('is refused for %s', (_what, wrong, code) => {
    expect(() => freshPlanOf(wrong)).toThrow(expect.objectContaining({ code }));
    expect(() => factsOfFresh(wrong)).toThrow(expect.objectContaining({ code }));
  });

  it('takes pictures from the least side on that leaves a pixel', () => {
    expect(factsOfFresh(network([4, 4, 4, 4], 8, 46)).stages.at(-1)?.shape).toEqual([1, 1, 4]);
  });
});
