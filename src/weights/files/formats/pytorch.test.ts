import { describe, expect, it } from 'vitest';
import { CountedBlob, readCount } from '../../../testing/weights/countedBlob.ts';
import {
  pickledCall,
  pickledDict,
  stateDictPickle,
  type ToldTensor,
  torchZip,
} from '../../../testing/weights/torchPickles.ts';
import { openTensorFile } from '../registry.ts';
import type { TensorFile } from '../tensorFile.ts';

async function open(
  pickle: string,
  numbers?: readonly number[],
  more?: Record<string, string>,
): Promise<TensorFile> {
  return openTensorFile([{ name: 'made.pth', blob: new CountedBlob(await torchZip(pickle, numbers, more)) }]);
}

async function readAll(told: ToldTensor, numbers?: readonly number[]): Promise<number[]> {
  const file = await open(stateDictPickle([told]), numbers);
  return [...(await file.read('weight'))];
}

describe('a view of a storage', () => {
  it.each<[string, ToldTensor, number[]]>([
    ['row-major', {}, [1, 2, 3, 4]],
    ['transposed', { strides: [1, 2] }, [1, 3, 2, 4]],
    ['a part', { shape: [2], strides: [1], offset: 1 }, [2, 3]],
    ['every other number', { shape: [2], strides: [2], offset: 1 }, [2, 4]],
    ['one number for many', { shape: [2, 2], strides: [0, 1] }, [1, 2, 1, 2]],
    ['a single number', { shape: [], strides: [], offset: 3 }, [4]],
    ['nothing', { shape: [0, 7], strides: [7, 1] }, []],
    ['sides of one, whose strides say nothing', { shape: [1, 4, 1], strides: [99, 1, 0] }, [1, 2, 3, 4]],
  ])('is read in order: %s', async (_what, told, expected) => {
    expect(await readAll(told)).toEqual(expected);
  });
});

describe('a file of PyTorch that no program wrote', () => {
  it.each<[string, string, ToldTensor]>([
    ['a storage that is not there', 'weightsFileDamaged', { key: '1' }],
    ['a storage by a path', 'weightsFileDamaged', { key: '../data.pkl' }],
    ['a storage of another size', 'weightsFileDamaged', { count: 5 }],
    ['a storage of 2⁴⁰ numbers', 'weightsFileDamaged', { count: 2 ** 40 }],
    ['a storage of an unknown kind', 'weightsFileRefused', { storage: 'UntypedStorage' }],
    ['an offset before the beginning', 'weightsFileDamaged', { offset: -1 }],
    ['an offset past the end', 'weightsFileDamaged', { offset: 1 }],
    ['a negative side', 'weightsFileDamaged', { shape: [-2, 2] }],
    ['a negative stride', 'weightsFileDamaged', { strides: [-2, 1] }],
    ['strides that lead out', 'weightsFileDamaged', { strides: [3, 1] }],
    ['fewer strides than sides', 'weightsFileDamaged', { strides: [1] }],
    ['a terabyte out of one number', 'weightsFileTooLarge', { shape: [2 ** 20, 2 ** 20], strides: [0, 0] }],
    [
      'sides whose product is no number',
      'weightsFileTooLarge',
      { shape: [2 ** 52, 2 ** 52], strides: [0, 0] },
    ],
    ['forty sides', 'weightsFileDamaged', { shape: Array(40).fill(1), strides: Array(40).fill(1) }],
  ])('is refused for %s', async (_what, code, told) => {
    await expect(open(stateDictPickle([told]))).rejects.toMatchObject({ code });
  });

  it.each<[string, string, string]>([
    ['a call', pickledCall('os', 'system', ['X\x02\x00\x00\x00id']), 'os.system'],
    ['eval', pickledCall('builtins', 'eval', ['X\x01\x00\x00\x001']), 'builtins.eval'],
    ['a class', pickledCall('torchvision.models.resnet', 'ResNet', []), 'torchvision.models.resnet.ResNet'],
    ['a loader of other files', pickledCall('torch', 'load', ['X\x01\x00\x00\x00a']), 'torch.load'],
  ])('runs nothing and names what it was asked to: %s', async (_what, value, name) => {
    await expect(open(pickledDict([['weight', value]]))).rejects.toMatchObject({
      code: 'weightsFileRefused',
      details: { name },
    });
  });

  it.each<[string, string, object]>([
    ['no tensors', pickledDict([['epoch', 'K\x01']]), { code: 'weightsFileEmpty' }],
    ['a number alone', '\x80\x02K\x01.', { code: 'weightsFileEmpty' }],
    ['a pickle that is cut off', stateDictPickle([{}]).slice(0, -8), { code: 'weightsFileDamaged' }],
  ])('says so: %s', async (_what, pickle, reason) => {
    await expect(open(pickle)).rejects.toMatchObject(reason);
  });

  it('ends in a dict that holds itself', async () => {
    // }q\0 X"model" h\0 s: the dict under its own key
    await expect(open('\x80\x02}q\x00X\x05\x00\x00\x00modelh\x00s.')).rejects.toMatchObject({
      code: 'weightsFileEmpty',
    });
  });

  it('is told apart from other files of PyTorch', async () => {
    const pickle = stateDictPickle([{}]);
    await expect(open(pickle, undefined, { byteorder: 'big' })).rejects.toMatchObject({
      code: 'weightsFileUnsupported',
      details: { what: 'big-endian' },
    });
    await expect(open(pickle, undefined, { 'constants.pkl': '' })).rejects.toMatchObject({
      code: 'weightsFileUnsupported',
      details: { what: 'TorchScript' },
    });
    expect(
      (await open(pickle, undefined, { byteorder: 'little', '.data/serialization_id': '1' })).tensors.size,
    ).toBe(1);
  });
});

describe('weights beside other things', () => {
  const nested = (keys: readonly string[]) => {
    const inner = stateDictPickle([{}]).slice(2, -1);
    return (
      pickledDict([]).slice(0, 2) +
      keys.reduceRight((value, key) => pickledDict([[key, value]]).slice(2, -1), inner) +
      '.'
    );
  };

  it.each([[['state_dict']], [['model']], [['model_state_dict']], [['net', 'state_dict']]])(
    'are found under %s',
    async (keys) => {
      expect([...(await open(nested(keys))).tensors.keys()]).toEqual(['weight']);
    },
  );

  it('are not looked for everywhere', async () => {
    await expect(open(nested(['optimizer']))).rejects.toMatchObject({ code: 'weightsFileEmpty' });
  });
});

it('reads the bytes of one tensor, and of the list no number', async () => {
  const numbers = Array.from({ length: 100_000 }, (_, i) => i);
  const told = [
    { name: 'first', count: 100_000, shape: [50_000], strides: [1] },
    { name: 'second', count: 100_000, shape: [10], strides: [1], offset: 50_000 },
  ];
  readCount.bytes = 0;
  const file = await open(stateDictPickle(told), numbers);
  // zip.js looks for the end of a zip in its last 64 kB; all the rest is small.
  expect(readCount.bytes).toBeLessThan(200_000);
  readCount.bytes = 0;
  expect([...(await file.read('second'))]).toEqual(numbers.slice(50_000, 50_010));
  expect(readCount.bytes).toBeLessThan(100);
});
