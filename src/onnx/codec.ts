import protobuf from "protobufjs/minimal.js";
import { missing } from "../missing.js";
import { type FieldSchema, type MessageName, type ModelProto, messages, type ScalarType } from "./schema.js";

/*
 * Messages as bytes and back. protobufjs reads and writes what messages are made of; it would also make functions for whole messages, but from texts of
 * code, which a page with a content security policy does not run.
 */

type Writer = protobuf.Writer;
type Reader = protobuf.Reader;
type Message = Readonly<Record<string, unknown>>;

const isScalar = (type: FieldSchema["type"]): type is ScalarType => !(type in messages);

/** The two halves of a whole number of 64 bits, which the writer takes where a number would not be exact. */
const halves = (value: number | bigint) =>
  typeof value === "number"
    ? value
    : ({
        low: Number(BigInt.asIntN(32, value)),
        high: Number(BigInt.asIntN(32, value >> 32n)),
        unsigned: false,
      } as protobuf.Long);

const write = {
  int32: (writer: Writer, value: number) => writer.int32(value),
  int64: (writer: Writer, value: number | bigint) => writer.int64(halves(value)),
  uint64: (writer: Writer, value: number | bigint) => writer.uint64(halves(value)),
  float: (writer: Writer, value: number) => writer.float(value),
  double: (writer: Writer, value: number) => writer.double(value),
  string: (writer: Writer, value: string) => writer.string(value),
  bytes: (writer: Writer, value: Uint8Array) => writer.bytes(value),
} as const;

/** How a value's length is told: https://protobuf.dev/programming-guides/encoding/#structure */
const wire = { varint: 0, eight: 1, delimited: 2, four: 5 } as const;
const wireTypes: Readonly<Record<ScalarType, number>> = {
  int32: wire.varint,
  int64: wire.varint,
  uint64: wire.varint,
  float: wire.four,
  double: wire.eight,
  string: wire.delimited,
  bytes: wire.delimited,
};

const tag = (id: number, wireType: number): number => (id << 3) | wireType;

const writeField = (writer: Writer, { id, type }: FieldSchema, value: unknown): void => {
  if (isScalar(type)) {
    writer.uint32(tag(id, wireTypes[type]));
    (write[type] as (writer: Writer, value: unknown) => Writer)(writer, value);
  } else {
    writer.uint32(tag(id, wire.delimited)).fork();
    writeMessage(writer, type, value as Message);
    writer.ldelim();
  }
};

const writeMessage = (writer: Writer, name: MessageName, message: Message): void => {
  for (const [key, field] of Object.entries(messages[name])) {
    const value = message[key];
    // ONNX is written in proto2, where a 0 is stored: an attribute of 0 is not one left out, nor an empty axis an unknown one.
    if (value === undefined) continue;
    if (field.repeated) for (const each of value as Iterable<unknown>) writeField(writer, field, each);
    else writeField(writer, field, value);
  }
};

/** The fields whose whole numbers stay exact: values, where others are sizes and versions. */
const exactFields = new Set(["int64Data", "i", "ints"]);

/** A whole number of 64 bits: a number, except where that would not be exact and must be. */
const whole = (value: number | protobuf.Long, key: string): number | bigint => {
  if (typeof value === "number") return value;
  const low = BigInt(value.low >>> 0);
  const exact = (BigInt(value.unsigned ? value.high >>> 0 : value.high) << 32n) | low;
  const number = Number(exact);
  return Number.isSafeInteger(number) || !exactFields.has(key) ? number : exact;
};

const readScalar = (reader: Reader, type: ScalarType, key: string): unknown => {
  const value = reader[type]();
  return type === "int64" || type === "uint64" ? whole(value as number | protobuf.Long, key) : value;
};

/** The fields of each message by their numbers. */
const fieldsById = new Map(
  Object.entries(messages).map(([name, fields]) => [
    name,
    new Map(Object.entries(fields).map(([key, field]) => [field.id, { key, field }])),
  ]),
);

const readMessage = (reader: Reader, name: MessageName, end: number): Message => {
  const fields = fieldsById.get(name) ?? missing();
  const message: Record<string, unknown> = {};
  while (reader.pos < end) {
    const head = reader.uint32();
    const [found, wireType] = [fields.get(head >>> 3), head & 7];
    if (!found) {
      reader.skipType(wireType);
      continue;
    }
    const { key, field } = found;
    const { type } = field;
    const isPacked =
      field.repeated && wireType === wire.delimited && isScalar(type) && wireTypes[type] !== wireType;
    if (!isPacked && wireType !== (isScalar(type) ? wireTypes[type] : wire.delimited)) {
      throw new Error(`the field ${key} of ${name} has the wire type ${wireType}`);
    }
    const one = (): unknown => {
      if (isScalar(type)) return readScalar(reader, type, key);
      const length = reader.uint32();
      if (reader.pos + length > end) throw new RangeError("the message ends too early");
      return readMessage(reader, type, reader.pos + length);
    };
    if (!field.repeated) {
      message[key] = one();
      continue;
    }
    message[key] ??= [];
    const list = message[key] as unknown[];
    if (isPacked) {
      const stop = reader.uint32() + reader.pos;
      if (stop > end) throw new RangeError("the message ends too early");
      while (reader.pos < stop) list.push(one());
    } else list.push(one());
  }
  if (reader.pos > end) throw new RangeError("the message ends too early");
  return message;
};

/** The bytes of a model file. */
export const encodeModel = (model: ModelProto): Uint8Array => {
  const writer = protobuf.Writer.create();
  writeMessage(writer, "ModelProto", model as unknown as Message);
  return writer.finish();
};

/** The model that the bytes of a file hold. Throws where they are not a message: a RangeError where they end too early. */
export const decodeModel = (bytes: Uint8Array): ModelProto => {
  const reader = protobuf.Reader.create(bytes);
  return readMessage(reader, "ModelProto", reader.len) as unknown as ModelProto;
};
