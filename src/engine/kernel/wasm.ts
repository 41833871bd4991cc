/** Instructions, or parts of them, as nested lists of bytes. */
export type Code = number | readonly Code[];

export type ValueType = "i32" | "f32" | "f64" | "v128";

const valueTypes: Record<ValueType, number> = { i32: 0x7f, f32: 0x7d, f64: 0x7c, v128: 0x7b };

/** Unsigned LEB128: seven bits a byte, the lowest first. */
const unsigned = (value: number): number[] => {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  return [...bytes, rest];
};

/** Signed LEB128 of a 32-bit integer. */
const signed = (value: number): number[] => {
  const bytes: number[] = [];
  let rest = value | 0;
  for (; rest < -64 || rest > 63; rest >>= 7) bytes.push((rest & 127) | 128);
  return [...bytes, rest & 127];
};

const simd = (opcode: number): readonly number[] => [0xfd, ...unsigned(opcode)];

/** The instructions without immediates that the kernels use, by their names in the WebAssembly specification. */
const opcodes = {
  "i32.lt_s": [0x48],
  "i32.gt_u": [0x4b],
  "i32.gt_s": [0x4a],
  "i32.ge_u": [0x4f],
  "i32.add": [0x6a],
  "i32.sub": [0x6b],
  "i32.mul": [0x6c],
  "i32.and": [0x71],
  "i32.shl": [0x74],
  "f64.add": [0xa0],
  "f64.div": [0xa3],
  "f32.demote_f64": [0xb6],
  "f64.convert_i32_u": [0xb8],
  "i8x16.splat": simd(0x0f),
  "i16x8.splat": simd(0x10),
  "i32x4.splat": simd(0x11),
  "f32x4.splat": simd(0x13),
  "f64x2.splat": simd(0x14),
  "i8x16.ge_u": simd(0x2c),
  "i32x4.lt_s": simd(0x39),
  "f32x4.eq": simd(0x41),
  "f32x4.ne": simd(0x42),
  "f32x4.lt": simd(0x43),
  "f32x4.gt": simd(0x44),
  "f32x4.le": simd(0x45),
  "f32x4.ge": simd(0x46),
  "v128.not": simd(0x4d),
  "v128.and": simd(0x4e),
  "v128.andnot": simd(0x4f),
  "v128.or": simd(0x50),
  "v128.xor": simd(0x51),
  "v128.bitselect": simd(0x52),
  "f64x2.promote_low_f32x4": simd(0x5f),
  "i8x16.narrow_i16x8_u": simd(0x66),
  "f32x4.floor": simd(0x68),
  "i8x16.min_u": simd(0x77),
  "i8x16.max_u": simd(0x79),
  "i16x8.extadd_pairwise_i8x16_u": simd(0x7d),
  "i32x4.extadd_pairwise_i16x8_u": simd(0x7f),
  "i16x8.narrow_i32x4_s": simd(0x85),
  "i16x8.extend_low_i8x16_u": simd(0x89),
  "i16x8.extend_high_i8x16_u": simd(0x8a),
  "i32x4.extend_low_i16x8_s": simd(0xa7),
  "i32x4.extend_low_i16x8_u": simd(0xa9),
  "i32x4.extend_high_i16x8_u": simd(0xaa),
  "i32x4.shl": simd(0xab),
  "i32x4.shr_s": simd(0xac),
  "i32x4.shr_u": simd(0xad),
  "i32x4.add": simd(0xae),
  "i32x4.sub": simd(0xb1),
  "i32x4.mul": simd(0xb5),
  "i32x4.dot_i16x8_s": simd(0xba),
  "i32x4.extmul_low_i16x8_s": simd(0xbc),
  "i32x4.extmul_high_i16x8_s": simd(0xbd),
  "i64x2.extmul_low_i32x4_u": simd(0xde),
  "i64x2.extmul_high_i32x4_u": simd(0xdf),
  "f32x4.abs": simd(0xe0),
  "f32x4.neg": simd(0xe1),
  "f32x4.sqrt": simd(0xe3),
  "f32x4.add": simd(0xe4),
  "f32x4.sub": simd(0xe5),
  "f32x4.mul": simd(0xe6),
  "f32x4.div": simd(0xe7),
  "f32x4.min": simd(0xe8),
  "f32x4.max": simd(0xe9),
  "f32x4.pmin": simd(0xea),
  "f32x4.pmax": simd(0xeb),
  "f64x2.add": simd(0xf0),
  "f64x2.mul": simd(0xf2),
  "f32x4.convert_i32x4_s": simd(0xfa),
} as const;

/** An instruction after its operands. */
export const op = (name: keyof typeof opcodes, ...operands: readonly Code[]): Code => [
  ...operands,
  opcodes[name],
];

export const i32 = (value: number): Code => [0x41, signed(value)];

const float32Bytes = (value: number): number[] => [...new Uint8Array(Float32Array.of(value).buffer)];

/** Four equal float32 lanes, or four given ones. */
export const f32x4 = (...lanes: readonly [number] | readonly [number, number, number, number]): Code => {
  const [first, second = first, third = first, fourth = first] = lanes;
  return [simd(0x0c), [first, second, third, fourth].map(float32Bytes)];
};

/** Four int32 lanes. */
export const i32x4 = (lanes: readonly [number, number, number, number]): Code => [
  simd(0x0c),
  [...new Uint8Array(Int32Array.from(lanes).buffer)],
];

/** 16 bytes chosen from the 32 of `a` (0 to 15) and `b` (16 to 31). */
export const shuffleBytes = (a: Code, b: Code, bytes: readonly number[]): Code => [a, b, simd(0x0d), bytes];

/** Four 32-bit lanes chosen from the eight of `a` (0 to 3) and `b` (4 to 7). */
export const shuffle32 = (a: Code, b: Code, lanes: readonly [number, number, number, number]): Code => [
  a,
  b,
  simd(0x0d),
  lanes.flatMap((lane) => [4 * lane, 4 * lane + 1, 4 * lane + 2, 4 * lane + 3]),
];

export const extractI32 = (vector: Code, lane: number): Code => [vector, simd(0x1b), lane];
export const extractF32 = (vector: Code, lane: number): Code => [vector, simd(0x1f), lane];
export const extractF64 = (vector: Code, lane: number): Code => [vector, simd(0x21), lane];

/** Alignment is a hint; 4 bytes is what every array has. */
const memory = (offset: number): Code => [2, unsigned(offset)];

/** Four float32 from `address + offset`. */
export const load = (address: Code, offset = 0): Code => [address, simd(0x00), memory(offset)];
/** One float32 from `address`, in all four lanes. */
export const loadSplat = (address: Code): Code => [address, simd(0x09), memory(0)];
/** One float64 from `address + offset`, in both lanes. */
export const loadSplat64 = (address: Code, offset = 0): Code => [address, simd(0x0a), memory(offset)];
/** 32 bits from `address + offset` in the first lane, zeros behind. */
export const loadZero32 = (address: Code, offset = 0): Code => [address, simd(0x5c), memory(offset)];
/** Eight bytes from `address + offset`, each as 16 bits without sign. */
export const loadWide8 = (address: Code, offset = 0): Code => [address, simd(0x02), memory(offset)];
/** One byte from `address + offset`, without sign. */
export const loadByte = (address: Code, offset = 0): Code => [address, 0x2d, 0, unsigned(offset)];
/** 16 bits from `address + offset`, without sign. */
export const loadShort = (address: Code, offset = 0): Code => [address, 0x2f, 0, unsigned(offset)];
export const storeByte = (address: Code, value: Code, offset = 0): Code => [
  address,
  value,
  0x3a,
  0,
  unsigned(offset),
];
export const loadI32 = (address: Code, offset = 0): Code => [address, 0x28, memory(offset)];
export const storeI32 = (address: Code, value: Code, offset = 0): Code => [
  address,
  value,
  0x36,
  memory(offset),
];
/** One lane of four replaced by 32 bits from `address + offset`. */
export const loadLane = (address: Code, into: Code, lane: number, offset = 0): Code => [
  address,
  into,
  simd(0x56),
  memory(offset),
  lane,
];
/** The first eight bytes of a vector to `address + offset`. */
export const storeLow64 = (address: Code, value: Code, offset = 0): Code => [
  address,
  value,
  simd(0x5b),
  memory(offset),
  0,
];
/** Four float32 to `address + offset`. */
export const store = (address: Code, value: Code, offset = 0): Code => [
  address,
  value,
  simd(0x0b),
  memory(offset),
];
/** One lane of four to `address + offset`. */
export const storeLane = (address: Code, value: Code, lane = 0, offset = 0): Code => [
  address,
  value,
  simd(0x5a),
  memory(offset),
  lane,
];
/** Sets `bytes` bytes from `address` to zero. */
export const clear = (address: Code, bytes: Code): Code => [address, i32(0), bytes, 0xfc, 0x0b, 0x00];

/** A variable of a function. */
export interface Local {
  readonly get: Code;
  readonly set: (value: Code) => Code;
}

const END = 0x0b;
const EMPTY = 0x40;

/** Runs `body` if `condition` is not 0. */
export const when = (condition: Code, body: Code): Code => [condition, 0x04, EMPTY, body, END];

/** Runs `body` and takes `amount` off `remaining` as long as `remaining` (unsigned) is at least `amount`. */
export const repeat = (remaining: Local, amount: number, body: Code): Code => {
  const enough = op("i32.ge_u", remaining.get, i32(amount));
  const next = [body, remaining.set(op("i32.sub", remaining.get, i32(amount))), enough, 0x0d, 0];
  return when(enough, [0x03, EMPTY, next, END]);
};

export interface WasmFunction {
  readonly parameters: readonly ValueType[];
  readonly result?: ValueType;
  /** Writes the body, given the parameters and a way to declare variables (zero at first). */
  readonly body: (parameters: readonly Local[], local: (type: ValueType) => Local) => Code;
}

const flatten = (code: Code, bytes: number[] = []): number[] => {
  if (typeof code === "number") bytes.push(code);
  else for (const part of code) flatten(part, bytes);
  return bytes;
};

const vector = (items: readonly Code[]): Code => [unsigned(items.length), items];

/** Bytes preceded by their number. */
const sized = (code: Code): number[] => {
  const bytes = flatten(code);
  return [...unsigned(bytes.length), ...bytes];
};

const name = (text: string): Code => vector([...new TextEncoder().encode(text)]);

const functionBody = ({ parameters, body }: WasmFunction): Code => {
  const types: ValueType[] = [];
  const variable = (index: number): Local => ({
    get: [0x20, unsigned(index)],
    set: (value) => [value, 0x21, unsigned(index)],
  });
  const local = (type: ValueType) => variable(parameters.length + types.push(type) - 1);
  const code = body(
    parameters.map((_, index) => variable(index)),
    local,
  );
  return sized([vector(types.map((type) => [1, valueTypes[type]])), code, END]);
};

/** How a module imports its memory: one of any size, or one of any size that threads share. */
const memoryImport = (shared: boolean): Code => (shared ? [0x03, 0x00, unsigned(65536)] : [0x00, 0x00]);

/**
 * The binary of a module that exports the given functions, all of them on one imported memory (`env.memory`). A module works on memories
 * of one kind: those that threads share, or all others.
 */
export const wasmModule = (
  functions: Readonly<Record<string, WasmFunction>>,
  shared = false,
): Uint8Array<ArrayBuffer> => {
  const list = Object.values(functions);
  const signatures = list.map(({ parameters, result }) => [
    0x60,
    vector(parameters.map((type) => valueTypes[type])),
    vector(result ? [valueTypes[result]] : []),
  ]);
  const section = (id: number, items: readonly Code[]): Code => [id, sized(vector(items))];
  return Uint8Array.from(
    flatten([
      [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
      section(1, signatures),
      section(2, [[name("env"), name("memory"), 0x02, memoryImport(shared)]]),
      section(
        3,
        list.map((_, index) => unsigned(index)),
      ),
      section(
        7,
        Object.keys(functions).map((key, index) => [name(key), 0x00, unsigned(index)]),
      ),
      section(10, list.map(functionBody)),
    ]),
  );
};

/** The functions that a module exports. All take and give numbers. */
export type Exports<Name extends string> = Readonly<Record<Name, (...args: number[]) => number>>;

/** Whether threads share a memory. */
export const isShared = ({ buffer }: WebAssembly.Memory): boolean =>
  typeof SharedArrayBuffer !== "undefined" && buffer instanceof SharedArrayBuffer;

/** A module's functions, working on the given memory. */
export const instantiate = <Name extends string>(
  module: WebAssembly.Module,
  memory: WebAssembly.Memory,
): Exports<Name> => new WebAssembly.Instance(module, { env: { memory } }).exports as Exports<Name>;

/** Functions written out, compiled and bound to a memory. */
export const link = <Name extends string>(
  functions: Readonly<Record<Name, WasmFunction>>,
  memory: WebAssembly.Memory,
): Exports<Name> => instantiate(new WebAssembly.Module(wasmModule(functions, isShared(memory))), memory);
