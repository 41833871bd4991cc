import { missing } from "../../missing.js";
import { foldOf } from "./fold.js";
import type { Value } from "./program.js";
import {
  type Code,
  f32x4,
  i32,
  i32x4,
  type Local,
  load,
  loadSplat,
  op,
  repeat,
  store,
  storeLane,
  type WasmFunction,
} from "./wasm.js";

/** A value written back to an array (by position) by the last pass. */
export interface ArrayStore {
  readonly array: number;
  readonly value: Value;
  readonly flushDenormals: boolean;
}

/** Vectors in one turn of the main loop. */
const UNROLL = 2;
const VECTOR_BYTES = 16;
const DENORMAL_LIMIT = 1e-30;
/** All bits but the sign. */
const MAGNITUDE = 0x7fffffff;

/** How one turn of a loop reads and writes four elements, or a single one in all lanes. */
interface Access {
  readonly load: (cursor: Code) => Code;
  readonly store: (cursor: Code, value: Code) => Code;
}

/** The values needed for `targets` that differ from element to element, each after its inputs. */
const perElement = (targets: readonly Value[]): Value[] => {
  const needed = new Set<Value>();
  const visit = (value: Value) => {
    if (value.uniform || needed.has(value)) return;
    for (const input of value.inputs) visit(input);
    needed.add(value);
  };
  targets.forEach(visit);
  return [...needed];
};

/**
 * The function of a kernel: parameters are the element count, a pointer per array and a number per scalar.
 * Phase by phase it computes what is the same for all elements, then passes over them to fold the reductions that
 * those of the next phase need; the pass of the last phase stores.
 */
export const kernelFunction = (
  values: readonly Value[],
  arrays: number,
  scalars: number,
  stores: readonly ArrayStore[],
): WasmFunction => ({
  parameters: [
    "i32",
    ...Array.from({ length: arrays }, () => "i32" as const),
    ...Array.from({ length: scalars }, () => "f32" as const),
  ],
  body: ([count = missing(), ...rest], local) => {
    const pointers = rest.slice(0, arrays);
    const numbers = rest.slice(arrays);
    const remaining = local("i32");
    const cursors = pointers.map(() => local("i32"));
    const variables = new Map<Value, Local>(values.map((value) => [value, local("v128")]));
    const variable = (value: Value): Local => {
      return variables.get(value) ?? missing();
    };
    const read = (value: Value): Code => variable(value).get;
    const compute = (value: Value): Code => {
      const write = value.elements ?? missing();
      return variable(value).set(write(value.inputs.map(read)));
    };
    const folds = new Map(
      values.flatMap((value) =>
        value.fold ? [[value, foldOf(value.fold, UNROLL, () => local("v128"))] as const] : [],
      ),
    );

    const uniforms = (phase: number): Code =>
      values
        .filter((value) => value.uniform && value.phase === phase)
        .map((value) => {
          if (value.kind === "scalar") {
            return variable(value).set(op("f32x4.splat", (numbers[value.index] ?? missing()).get));
          }
          const fold = folds.get(value);
          return fold ? variable(value).set(fold.result(count.get)) : compute(value);
        });

    const limit = local("v128");
    const magnitude = local("v128");
    // As variables: V8 would build constants, that of f32x4.abs included, anew for each vector.
    const prepareFlush: Code = [
      limit.set(f32x4(DENORMAL_LIMIT)),
      magnitude.set(i32x4([MAGNITUDE, MAGNITUDE, MAGNITUDE, MAGNITUDE])),
    ];
    /** 0 in place of tiny elements, so that decaying states end before denormals slow arithmetic down; NaN stays. */
    const flush = (x: Code): Code =>
      op("v128.andnot", x, op("f32x4.le", op("v128.and", x, magnitude.get), limit.get));

    /** A pass over all elements: the main loop, single vectors, then single elements. */
    const pass = (
      targets: readonly Value[],
      written: readonly number[],
      finish: (access: Access, unroll: number | undefined) => Code,
    ): Code => {
      const needed = perElement(targets);
      const touched = cursors.flatMap((cursor, array) => {
        const isRead = needed.some(({ kind, index }) => kind === "array" && index === array);
        return isRead || written.includes(array)
          ? [{ cursor, pointer: (pointers[array] ?? missing()).get }]
          : [];
      });
      const elements = (access: Access, unroll: number | undefined): Code => [
        needed.map((value) =>
          value.kind === "array"
            ? variable(value).set(access.load((cursors[value.index] ?? missing()).get))
            : compute(value),
        ),
        finish(access, unroll),
      ];
      const advance = (bytes: number): Code =>
        touched.map(({ cursor }) => cursor.set(op("i32.add", cursor.get, i32(bytes))));
      const vector = (unroll: number): Code =>
        elements(
          {
            load: (cursor) => load(cursor, VECTOR_BYTES * unroll),
            store: (cursor, value) => store(cursor, value, VECTOR_BYTES * unroll),
          },
          unroll,
        );
      const single = elements({ load: loadSplat, store: storeLane }, undefined);
      return [
        remaining.set(count.get),
        touched.map(({ cursor, pointer }) => cursor.set(pointer)),
        repeat(remaining, 4 * UNROLL, [
          Array.from({ length: UNROLL }, (_, unroll) => vector(unroll)),
          advance(VECTOR_BYTES * UNROLL),
        ]),
        repeat(remaining, 4, [vector(0), advance(VECTOR_BYTES)]),
        repeat(remaining, 1, [single, advance(4)]),
      ];
    };

    const last = Math.max(0, ...stores.map(({ value }) => value.phase));
    const foldingPasses = Array.from({ length: last }, (_, phase): Code => {
      const folded = [...folds].filter(([value]) => value.phase === phase + 1);
      return [
        uniforms(phase),
        folded.map(([, fold]) => fold.start),
        pass(
          folded.flatMap(([value]) => value.inputs),
          [],
          (_access, unroll) =>
            folded.map(([{ inputs }, fold]) => {
              const x = inputs.map(read);
              return unroll === undefined ? fold.single(x) : fold.vector(x, unroll);
            }),
        ),
      ];
    });
    const storingPass = pass(
      stores.map(({ value }) => value),
      stores.map(({ array }) => array),
      (access) =>
        stores.map(({ array, value, flushDenormals }) =>
          access.store((cursors[array] ?? missing()).get, flushDenormals ? flush(read(value)) : read(value)),
        ),
    );
    return [prepareFlush, foldingPasses, uniforms(last), storingPass];
  },
});
