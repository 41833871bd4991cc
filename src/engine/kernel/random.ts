import { SteepestError } from "../../errors.js";
import { missing } from "../../missing.js";
import {
  type Code,
  i32,
  i32x4,
  type Local,
  link,
  op,
  repeat,
  shuffle32,
  store,
  storeLane,
  type ValueType,
  type WasmFunction,
  when,
} from "./wasm.js";

const MULTIPLIERS = [0xd2511f53, 0xcd9e8d57] as const;
const KEY_STEPS = [0x9e3779b9, 0xbb67ae85] as const;
const ROUNDS = 10;
/** Philox blocks computed side by side, one in each lane. */
const BLOCKS = 4;

const splat = (value: number): Code => i32x4([value, value, value, value]);

/** Parameters that all fills share: address, element count, first block, step (low, high), key. */
const parameters: readonly ValueType[] = ["i32", "i32", "i32", "i32", "i32", "i32", "i32"];

type Setting = readonly [type: "i32" | "f32", splat: "i32x4.splat" | "f32x4.splat"];

/**
 * A function that fills an array with what `convert` makes of the random words: given four words of four blocks (word w
 * of block b is lane b of vector w) and the settings, vectors of elements in the order of the array.
 */
const fill = (
  settings: readonly Setting[],
  convert: (words: readonly Code[], settings: readonly Code[]) => readonly Code[],
): WasmFunction => ({
  parameters: [...parameters, ...settings.map(([type]) => type)],
  body: (given, local) => {
    const [pointer = missing(), count = missing(), block = missing(), ...others] = given;
    const [stepLow = missing(), stepHigh = missing(), key0 = missing(), key1 = missing(), ...numbers] =
      others;
    const vector = () => local("v128");
    const splatted = settings.map((setting, index) => ({
      variable: vector(),
      value: op(setting[1], (numbers[index] ?? missing()).get),
    }));
    const roundKeys = Array.from({ length: ROUNDS }, () => [vector(), vector()] as const);
    const [blocks, low, high] = [vector(), vector(), vector()];
    const words = [vector(), vector(), vector(), vector()] as const;
    const products = [vector(), vector(), vector(), vector()] as const;

    const prepare: Code = [
      splatted.map(({ variable, value }) => variable.set(value)),
      roundKeys.map((keys, round) =>
        keys.map((variable, half) =>
          variable.set(
            op(
              "i32x4.add",
              op("i32x4.splat", (half ? key1 : key0).get),
              splat(Math.imul(round, KEY_STEPS[half ? 1 : 0])),
            ),
          ),
        ),
      ),
      blocks.set(op("i32x4.add", op("i32x4.splat", block.get), i32x4([0, 1, 2, 3]))),
      low.set(op("i32x4.splat", stepLow.get)),
      high.set(op("i32x4.splat", stepHigh.get)),
    ];

    const [c0, c1, c2, c3] = words;
    const [p0, p1, q0, q1] = products;
    /** 64-bit products of four 32-bit lanes: two vectors of two. */
    const multiply = (x: Local, factor: number, [a, b]: readonly [Local, Local]): Code => [
      a.set(op("i64x2.extmul_low_i32x4_u", x.get, splat(factor))),
      b.set(op("i64x2.extmul_high_i32x4_u", x.get, splat(factor))),
    ];
    const lowHalf = (a: Local, b: Local): Code => shuffle32(a.get, b.get, [0, 2, 4, 6]);
    const highHalf = (a: Local, b: Local): Code => shuffle32(a.get, b.get, [1, 3, 5, 7]);
    const xor = (a: Code, b: Code): Code => op("v128.xor", a, b);
    const generate: Code = [
      c0.set(blocks.get),
      c1.set(splat(0)),
      c2.set(low.get),
      c3.set(high.get),
      roundKeys.map(([k0, k1]) => [
        multiply(c0, MULTIPLIERS[0], [p0, p1]),
        multiply(c2, MULTIPLIERS[1], [q0, q1]),
        c0.set(xor(xor(highHalf(q0, q1), c1.get), k0.get)),
        c2.set(xor(xor(highHalf(p0, p1), c3.get), k1.get)),
        c1.set(lowHalf(q0, q1)),
        c3.set(lowHalf(p0, p1)),
      ]),
      blocks.set(op("i32x4.add", blocks.get, splat(BLOCKS))),
    ];
    const elements = convert(
      words.map(({ get }) => get),
      splatted.map(({ variable }) => variable.get),
    );

    /** The last few elements: lane by lane, each if it is still inside the array. */
    const some = p0;
    const tail = elements.map((element, index) => [
      some.set(element),
      [0, 1, 2, 3].map((lane) =>
        when(
          op("i32.gt_u", count.get, i32(4 * index + lane)),
          storeLane(pointer.get, some.get, lane, 16 * index + 4 * lane),
        ),
      ),
    ]);
    return [
      prepare,
      repeat(count, 4 * elements.length, [
        generate,
        elements.map((element, index) => store(pointer.get, element, 16 * index)),
        pointer.set(op("i32.add", pointer.get, i32(16 * elements.length))),
      ]),
      when(count.get, [generate, tail]),
    ];
  },
});

/** (address, elements, first block, step (low, high), key): the random words themselves, as float32 bits in the order of `RandomFill`. */
export const randomWords: WasmFunction = fill([], (drawn) => drawn);

const HALF_WORD = 2 ** 16;

const bernoulli = fill(
  [
    ["i32", "i32x4.splat"],
    ["f32", "f32x4.splat"],
  ],
  (words, [threshold = missing(), scale = missing()]) =>
    [
      ...words.map((word) => op("v128.and", word, splat(HALF_WORD - 1))),
      ...words.map((word) => op("i32x4.shr_u", word, i32(16))),
    ].map((half) => op("v128.and", op("i32x4.lt_s", half, threshold), scale)),
);

/** What to fill with random words. */
export interface WordFill {
  /** Byte offset of the array in the memory. */
  readonly pointer: number;
  /** Number of 32-bit elements. */
  readonly count: number;
  /** Philox key, as `streamKey(seed, purpose)` gives it. */
  readonly key: readonly [number, number];
  /** The training step, or whatever else numbers the draws of one purpose: an integer from 0 to 2⁵³ − 1. */
  readonly step: number;
  /** Index of the first element, a multiple of 32, for a fill in parts; 0 by default. */
  readonly offset?: number;
}

/** What to fill with a random mask. */
export interface BernoulliFill extends WordFill {
  /** Probability of an element not being 0, taken to the nearest multiple of 2⁻¹⁶. */
  readonly keep: number;
  /** The value of elements that are not 0. */
  readonly scale: number;
}

/**
 * Random arrays, a function of (key, step, index) alone. Draws come from Philox4x32-10 blocks with the counter
 * (block, 0, step mod 2³², ⌊step / 2³²⌋), as in `random(seed, purpose, step)`, but in an order that suits vectors:
 * element i belongs to word ⌊i/4⌋ mod 4 of block 4⌊i/32⌋ + i mod 4, its lower 16 bits if i mod 32 < 16, else its upper
 * ones. It is `scale` where these are below round(keep · 2¹⁶), else 0. Whole words are drawn in the like order: element i is word
 * ⌊i/4⌋ mod 4 of block 4⌊i/16⌋ + i mod 4.
 */
export interface RandomFill {
  readonly words: (options: WordFill) => void;
  readonly bernoulli: (options: BernoulliFill) => void;
}

/** Draws begin at elements of this multiple. */
export const drawAlignment = 32;

const checkStream = ({ count, step, offset = 0 }: WordFill): void => {
  if (!Number.isSafeInteger(step) || step < 0) {
    throw new SteepestError(`random fill: step is ${step}; give an integer from 0 to 2^53 - 1`);
  }
  if (!Number.isInteger(offset / drawAlignment) || offset < 0 || offset + count > 2 ** 32) {
    throw new SteepestError(
      `random fill: elements ${offset} to ${offset + count}; give an offset that is a multiple of ${drawAlignment}, and an end up to 2^32`,
    );
  }
};

/** Compiles the random kernels for a memory. */
export const bindRandomFill = (memory: WebAssembly.Memory): RandomFill => {
  const kernels = link({ bernoulli, words: randomWords }, memory);
  /** The parameters that all fills share; a Philox block gives `perBlock` elements. */
  const shared = (options: WordFill, perBlock: number) => {
    checkStream(options);
    const { pointer, count, key, step, offset = 0 } = options;
    return [
      pointer,
      count,
      offset / perBlock,
      step % 2 ** 32,
      Math.floor(step / 2 ** 32),
      key[0],
      key[1],
    ] as const;
  };
  return {
    words: (options) => void kernels.words(...shared(options, 4)),
    bernoulli: (options) => {
      const { keep, scale } = options;
      const given = shared(options, 8);
      if (!(keep >= 0 && keep <= 1)) {
        throw new SteepestError(`bernoulli: keep is ${keep}; give a probability from 0 to 1`);
      }
      kernels.bernoulli(...given, Math.round(keep * HALF_WORD), scale);
    },
  };
};
