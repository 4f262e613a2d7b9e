/** The part of ONNX's protobuf schema that a network of ours needs: field numbers and enums as in onnx/onnx.proto. */
import type { FilePart } from '../fileParts.ts';
import { type Fields, floatField, intField, intsField, messageField, textField } from '../protobuf.ts';

/** TensorProto.DataType. */
export const ELEMENT_TYPES = { float32: 1, int8: 3, float16: 10 } as const;
export type ElementType = keyof typeof ELEMENT_TYPES;

/** The oldest set of operators that has all of ours, and the version of the file that came with it. */
const OPSET = 17;
const IR_VERSION = 8;

/** AttributeProto.AttributeType. */
const ATTRIBUTE = { float: 1, int: 2, ints: 7 } as const;

/** Of an operator: whole numbers, or a real one as `{ float }`. */
export type AttributeValue = number | readonly number[] | { readonly float: number };

export interface OnnxNode {
  readonly opType: string;
  readonly name: string;
  readonly inputs: readonly string[];
  readonly output: string;
  readonly attributes?: Readonly<Record<string, AttributeValue>>;
}

/** An initializer: a constant of the graph. */
export interface OnnxTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly type: ElementType;
  /** Little-endian. */
  readonly bytes: FilePart;
}

export interface OnnxValue {
  readonly name: string;
  /** A text is a size that is free, under that name. */
  readonly shape: readonly (number | string)[];
}

export interface OnnxGraph {
  readonly name: string;
  readonly nodes: readonly OnnxNode[];
  readonly tensors: readonly OnnxTensor[];
  readonly input: OnnxValue;
  readonly output: OnnxValue;
}

function attribute(name: string, value: AttributeValue): Fields {
  const typed = (type: number, fields: Fields) => [...fields, ...intField(20, type)];
  const rest = () => {
    if (typeof value === 'number') return typed(ATTRIBUTE.int, intField(3, value));
    if ('float' in value) return typed(ATTRIBUTE.float, floatField(2, value.float));
    return typed(ATTRIBUTE.ints, intsField(8, value));
  };
  return messageField(5, textField(1, name), rest());
}

function node({ opType, name, inputs, output, attributes = {} }: OnnxNode): Fields {
  return messageField(
    1,
    inputs.flatMap((input) => textField(1, input)),
    textField(2, output),
    textField(3, name),
    textField(4, opType),
    ...Object.entries(attributes).map(([key, value]) => attribute(key, value)),
  );
}

function tensor({ name, shape, type, bytes }: OnnxTensor): Fields {
  return messageField(
    5,
    intsField(1, shape),
    intField(2, ELEMENT_TYPES[type]),
    textField(8, name),
    messageField(9, [bytes]),
  );
}

function value(number: number, { name, shape }: OnnxValue): Fields {
  const sizes = shape.map((size) =>
    messageField(1, typeof size === 'number' ? intField(1, size) : textField(2, size)),
  );
  const type = messageField(1, intField(1, ELEMENT_TYPES.float32), messageField(2, ...sizes));
  return messageField(number, textField(1, name), messageField(2, type));
}

/** @param metadata texts by name, which a program reads beside the model */
export function toOnnxFile(graph: OnnxGraph, metadata: Readonly<Record<string, string>> = {}): Fields {
  return [
    ...intField(1, IR_VERSION),
    ...textField(2, 'Headstart'),
    ...messageField(
      7,
      ...graph.nodes.map(node),
      textField(2, graph.name),
      ...graph.tensors.map(tensor),
      value(11, graph.input),
      value(12, graph.output),
    ),
    ...messageField(8, textField(1, ''), intField(2, OPSET)),
    ...Object.entries(metadata).flatMap(([key, text]) =>
      messageField(14, textField(1, key), textField(2, text)),
    ),
  ];
}
