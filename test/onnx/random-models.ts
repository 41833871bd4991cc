import type { NodeProto, TensorProto, Whole } from "../../src/onnx/schema.js";
import { floats, ints, op } from "./foreign.js";

/** A value that a random model has already: what further nodes may take. */
export interface Known {
  readonly name: string;
  readonly type: string;
  readonly shape: readonly number[];
}

export interface Step {
  readonly node: NodeProto;
  readonly stored: readonly TensorProto[];
}

/** Random numbers by a seed (mulberry32): the same on every machine. */
export const generator = (seed: number) => {
  let state = seed;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const int = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1));
  const pick = <T>(choices: readonly T[]): T => {
    const chosen = choices[int(0, choices.length - 1)];
    if (chosen === undefined) throw new Error("nothing to choose from");
    return chosen;
  };
  return { next, int, pick, chance: (oneIn: number) => int(1, oneIn) === 1 };
};

type Random = ReturnType<typeof generator>;

const extremes: readonly Whole[] = [2n ** 63n - 1n, -(2n ** 63n), 2 ** 31 - 1, -(2 ** 31)];

/** Draws one node at a time, of the operators that are read, in a given operator set. Some of what it draws is not valid. */
export class Drawing {
  #count = 0;
  #stored: TensorProto[] = [];

  constructor(
    readonly random: Random,
    readonly opset: number,
  ) {}

  step(values: readonly Known[]): Step {
    this.#stored = [];
    const node = this.#node(values);
    return { node, stored: this.#stored };
  }

  #name(): string {
    this.#count += 1;
    return `v${this.#count}`;
  }

  #store(make: (name: string) => TensorProto): string {
    const name = `c${this.#name()}`;
    this.#stored.push(make(name));
    return name;
  }

  #number(): number {
    return this.random.pick([0, -0, 1, -1, 0.5, 2, -3.25, 1e-3, 100, this.random.next() * 4 - 2]);
  }

  #floats(shape: readonly number[], type: string): string {
    const count = shape.reduce((a, b) => a * b, 1);
    const values = Array.from({ length: count }, () => this.#number());
    return this.#store((name) =>
      type === "float64"
        ? { name, dims: [...shape], dataType: 11, doubleData: values }
        : floats(name, [...shape], values),
    );
  }

  #ints(values: readonly Whole[], dims: readonly number[] = [values.length]): string {
    return this.#store((name) => ints(name, [...values], [...dims]));
  }

  /** A shape that broadcasts with the given one, most often. */
  #beside(shape: readonly number[]): number[] {
    const own = shape.map((dim) => (this.random.chance(3) ? 1 : dim));
    const cut = this.random.chance(2) ? own.slice(this.random.int(0, own.length)) : own;
    return this.random.chance(8) ? [2, ...cut] : cut;
  }

  /** A second operand for `x`: itself, or numbers of its type. */
  #operand({ name, type, shape }: Known, nonZero = false): string {
    if (this.random.chance(5) && !nonZero) return name;
    if (type.startsWith("float")) return this.#floats(this.#beside(shape), type);
    const dims = this.#beside(shape);
    const count = dims.reduce((a, b) => a * b, 1);
    const values = Array.from({ length: count }, () =>
      this.random.pick(nonZero ? [1, -2, 3] : [0, 1, -2, 3, 5]),
    );
    return this.#store((other) => ({
      name: other,
      dims,
      dataType: type === "bool" ? 9 : 7,
      ...(type === "bool" ? { int32Data: values.map((v) => Number(v > 0)) } : { int64Data: values }),
    }));
  }

  #axis(rank: number): Whole {
    if (this.random.chance(40)) return this.random.pick(extremes);
    return this.random.chance(20) ? rank + 1 : this.random.int(-rank, Math.max(0, rank - 1));
  }

  #axes(rank: number): Whole[] {
    const all = Array.from({ length: rank }, (_, i) => i).filter(() => this.random.chance(2));
    return all.map((axis) => (this.random.chance(2) ? axis : axis - rank));
  }

  #flag(): number {
    return this.random.int(0, 1);
  }

  #node(values: readonly Known[]): NodeProto {
    const x = this.random.pick(values);
    const isFloat = x.type.startsWith("float");
    const groups = [
      () => this.#shaping(x),
      () => this.#shaping(x),
      () => this.#counting(x),
      () => (isFloat ? this.#activation(x) : this.#whole(x)),
      () => (isFloat ? this.#activation(x) : this.#whole(x)),
      () => this.#binary(x),
      () => this.#reduction(x),
      () => (isFloat ? this.#matrix(x) : this.#binary(x)),
      () => this.#indexing(x),
    ];
    return this.random.pick(groups)();
  }

  #activation({ name, type, shape }: Known): NodeProto {
    const y = this.#name();
    const float = () => ({ float: this.#number() });
    const some = (attributes: Record<string, { readonly float: number }>) =>
      Object.fromEntries(Object.entries(attributes).filter(() => this.random.chance(2)));
    return this.random.pick([
      () => op(this.random.pick(["Relu", "Sigmoid", "Tanh", "Softplus", "Softsign"]), name, y),
      () =>
        op(
          this.random.pick(["Neg", "Abs", "Sign", "Exp", "Log", "Sqrt", "Reciprocal", "Erf", "Sin", "Cos"]),
          name,
          y,
        ),
      () => op("LeakyRelu", name, y, some({ alpha: float() })),
      () => op("Elu", name, y, some({ alpha: float() })),
      () => op("Selu", name, y, some({ alpha: float(), gamma: float() })),
      () => op("HardSigmoid", name, y, some({ alpha: float(), beta: float() })),
      () => op("HardSwish", name, y),
      () => op("Mish", name, y),
      () =>
        op("Gelu", name, y, this.random.chance(2) ? { approximate: this.random.pick(["tanh", "none"]) } : {}),
      () => op("PRelu", `${name} ${this.#floats(this.#beside(shape), type)}`, y),
      () =>
        op(
          this.random.pick(["Softmax", "LogSoftmax"]),
          name,
          y,
          this.random.chance(3) ? {} : { axis: this.#axis(shape.length) },
        ),
      () => op("Dropout", name, this.random.chance(2) ? y : `${y} ${y}mask`),
      () => this.#clip(name, type, y),
      () => op("Cast", name, y, { to: this.random.pick([1, 2, 3, 5, 6, 7, 9, 11]) }),
      () => op("Identity", name, y),
    ])();
  }

  #clip(name: string, type: string, y: string): NodeProto {
    const limits = [
      this.random.chance(3) ? undefined : this.#number(),
      this.random.chance(3) ? undefined : this.#number(),
    ];
    if (this.opset < 11) {
      const entries = limits.flatMap((value, i) =>
        value === undefined ? [] : [[i === 0 ? "min" : "max", { float: value }] as const],
      );
      return op("Clip", name, y, Object.fromEntries(entries));
    }
    const store = (value: number) =>
      type === "int64"
        ? this.#ints([this.random.chance(3) ? this.random.pick(extremes) : Math.round(value)], [])
        : this.#floats([], type);
    return op(
      "Clip",
      [name, ...limits.map((value) => (value === undefined ? "_" : store(value)))].join(" "),
      y,
    );
  }

  #whole({ name, type }: Known): NodeProto {
    const y = this.#name();
    if (type === "bool" && this.random.chance(2)) return op("Not", name, y);
    if (type === "int64" && this.random.chance(2)) return this.#clip(name, type, y);
    return this.random.chance(2)
      ? op("Cast", name, y, { to: this.random.pick([1, 2, 3, 5, 6, 7, 9, 11, 12]) })
      : op(this.random.pick(["Neg", "Abs", "Sign", "Identity"]), name, y);
  }

  #binary(x: Known): NodeProto {
    const y = this.#name();
    if (x.type === "bool") {
      if (this.random.chance(2))
        return op(this.random.pick(["And", "Or", "Equal"]), `${x.name} ${this.#operand(x)}`, y);
      const type = this.random.pick(["float32", "int64"]);
      const one = { name: "", type, shape: x.shape };
      return op("Where", `${x.name} ${this.#operand(one, true)} ${this.#operand(one, true)}`, y);
    }
    const type = this.random.pick([
      ...["Add", "Sub", "Mul", "Div", "Div", "Pow", "Min", "Max", "Sum", "Mean"],
      ...["Equal", "Greater", "GreaterOrEqual", "Less", "LessOrEqual"],
    ]);
    const isVariadic = ["Min", "Max", "Sum", "Mean"].includes(type);
    const count = isVariadic ? this.random.int(0, 2) : 1;
    const others = Array.from({ length: count }, () =>
      this.#operand(x, type === "Div" && x.type === "int64"),
    );
    const exponent = this.random.pick(["int64", "float32", x.type]);
    if (type === "Pow" && this.random.chance(2)) {
      return op("Pow", `${x.name} ${this.#operand({ ...x, type: exponent }, true)}`, y);
    }
    const inputs = this.random.chance(2) ? [x.name, ...others] : [...others, x.name];
    // Whole numbers are divided by stored ones only: the runtime ends the process where it divides by 0.
    return op(type, (type === "Div" && x.type === "int64" ? [x.name, ...others] : inputs).join(" "), y);
  }

  #reduction({ name, shape }: Known): NodeProto {
    const y = this.#name();
    const type = this.random.pick([
      ...["ReduceSum", "ReduceMean", "ReduceMax", "ReduceMin", "ReduceLogSumExp", "ReduceProd"],
      ...["ReduceSumSquare", "ReduceL1", "ReduceL2", "ReduceLogSum", "ArgMax", "ArgMin"],
    ]);
    const keeps = this.random.chance(2) ? {} : { keepdims: this.#flag() };
    if (type.startsWith("Arg")) {
      const axis = this.random.chance(3) ? {} : { axis: this.#axis(shape.length) };
      return op(type, name, y, { ...keeps, ...axis });
    }
    const axes = this.random.chance(10) ? [this.#axis(shape.length)] : this.#axes(shape.length);
    const isInput = this.opset >= (type === "ReduceSum" ? 13 : 18);
    if (!isInput) return op(type, name, y, this.random.chance(3) ? keeps : { ...keeps, axes });
    const noop = this.random.chance(2) ? {} : { noop_with_empty_axes: this.#flag() };
    const given = this.random.chance(3) ? "" : ` ${this.random.chance(8) ? "_" : this.#ints(axes)}`;
    return op(type, `${name}${given}`, y, { ...keeps, ...noop });
  }

  #matrix(x: Known): NodeProto {
    const y = this.#name();
    const { name, type, shape } = x;
    const last = shape.at(-1) ?? 1;
    const channels = shape[1] ?? 1;
    const per = (count: number) => this.#floats([count], type);
    const positive = (count: number) =>
      this.#store((other) =>
        floats(
          other,
          [count],
          Array.from({ length: count }, () => 0.1 + this.random.next()),
        ),
      );
    return this.random.pick([
      () => op("MatMul", `${name} ${this.#floats(this.random.chance(4) ? [last] : [last, 2], type)}`, y),
      () =>
        op(
          "MatMul",
          `${this.#floats(this.random.chance(4) ? [shape.at(-2) ?? 1] : [3, shape.at(-2) ?? 1], type)} ${name}`,
          y,
        ),
      () => {
        const [transA, transB] = [this.#flag(), this.#flag()];
        const inner = transA ? (shape[0] ?? 1) : last;
        const rows = transA ? last : (shape[0] ?? 1);
        const w = this.#floats(transB ? [2, inner] : [inner, 2], type);
        const c = this.random.chance(3)
          ? ""
          : ` ${this.#floats(this.random.pick([[2], [1, 2], [rows, 1], []]), type)}`;
        const factors = this.random.chance(2)
          ? { alpha: { float: this.#number() }, beta: { float: this.#number() } }
          : {};
        return op("Gemm", `${name} ${w}${c}`, y, { transA, transB, ...factors });
      },
      () =>
        op(
          "BatchNormalization",
          `${name} ${per(channels)} ${per(channels)} ${per(channels)} ${positive(channels)}`,
          y,
          this.random.chance(2) ? {} : { epsilon: { float: this.random.pick([1e-3, 0.5]) } },
        ),
      () =>
        op(
          "LayerNormalization",
          `${name} ${per(last)}${this.random.chance(2) ? "" : ` ${per(last)}`}`,
          y,
          this.random.chance(2) ? {} : { axis: -1, epsilon: { float: 0.01 } },
        ),
    ])();
  }

  #shaping({ name, type, shape }: Known): NodeProto {
    const y = this.#name();
    const rank = shape.length;
    const count = shape.reduce((a, b) => a * b, 1);
    const asInput = (since: number) => this.opset >= since;
    return this.random.pick([
      () => {
        const dims = this.random.pick([
          [-1],
          [count],
          [0, -1],
          [-1, shape.at(-1) ?? 1],
          [1, ...shape],
          [...shape, -1],
          [-1, 2],
          [2, -1],
          [0, 0, -1],
          [2, 0, -1],
        ]);
        return op(
          "Reshape",
          `${name} ${this.#ints(dims)}`,
          y,
          this.opset >= 14 && this.random.chance(3) ? { allowzero: this.#flag() } : {},
        );
      },
      () =>
        op(
          "Flatten",
          name,
          y,
          this.random.chance(3) ? {} : { axis: this.random.chance(6) ? rank : this.#axis(rank) },
        ),
      () => {
        const perm = Array.from({ length: rank }, (_, i) => i);
        perm.sort(() => this.random.next() - 0.5);
        return op("Transpose", name, y, this.random.chance(4) ? {} : { perm });
      },
      () =>
        op(
          "Expand",
          `${name} ${this.#ints(this.random.pick([[...shape], [2, ...shape], [1], [], shape.map(() => 1), [3]]))}`,
          y,
        ),
      () => {
        const axes = shape.flatMap((dim, axis) => (dim === 1 && this.random.chance(2) ? [axis] : []));
        const given = this.random.chance(10) ? [this.#axis(rank)] : axes;
        if (this.random.chance(3)) return op("Squeeze", name, y);
        return asInput(13)
          ? op("Squeeze", `${name} ${this.#ints(given)}`, y)
          : op("Squeeze", name, y, { axes: given });
      },
      () => {
        // Before opset 11 an axis was counted from the front.
        const axes = this.random.pick<Whole[]>(
          this.opset < 11
            ? [[0], [rank], [0, 1], [1]]
            : [[0], [-1], [rank], [0, 1], [0, -1], [0, 0], [-rank - 1], [1]],
        );
        return asInput(13)
          ? op("Unsqueeze", `${name} ${this.#ints(axes)}`, y)
          : op("Unsqueeze", name, y, { axes });
      },
      () =>
        op("Concat", this.random.chance(2) ? `${name} ${name}` : `${name} ${name} ${name}`, y, {
          axis: this.#axis(rank),
        }),
      () => this.#slice(name, rank, y),
      () => this.#pad(name, type, rank, y),
      () => this.#split(name, shape, y),
    ])();
  }

  #slice(name: string, rank: number, y: string): NodeProto {
    const axes = this.random.chance(4) ? Array.from({ length: rank }, (_, i) => i) : this.#axes(rank);
    const bound = () => (this.random.chance(3) ? this.random.pick(extremes) : this.random.int(-4, 4));
    const [starts, ends] = [axes.map(bound), axes.map(bound)];
    const usual = this.random.chance(2);
    const first = usual ? starts.map(() => this.random.pick([0, 1, -1])) : starts;
    const last = usual ? ends.map(() => this.random.pick([2, 3, 2n ** 63n - 1n])) : ends;
    if (this.opset < 10) return op("Slice", name, y, { starts: first, ends: last, axes });
    const steps = axes.map(() => this.random.pick<Whole>([1, 1, -1, 2, -2, 2n ** 63n - 1n, -(2n ** 63n)]));
    const optional = this.random.chance(3)
      ? ""
      : ` ${this.#ints(axes)}${this.random.chance(2) ? "" : ` ${this.#ints(steps)}`}`;
    return op("Slice", `${name} ${this.#ints(first)} ${this.#ints(last)}${optional}`, y);
  }

  #pad(name: string, type: string, rank: number, y: string): NodeProto {
    const count = () => this.random.pick([0, 0, 1, 2, -1]);
    const value = this.#number();
    if (this.opset < 11) {
      const pads = Array.from({ length: 2 * rank }, count);
      return op("Pad", name, y, this.random.chance(2) ? { pads } : { pads, value: { float: value } });
    }
    const axes = this.opset >= 18 && this.random.chance(2) ? this.#axes(rank) : undefined;
    const pads = Array.from({ length: 2 * (axes?.length ?? rank) }, count);
    const fill = type.startsWith("float") ? () => this.#floats([], type) : () => this.#ints([3], []);
    const given = this.random.chance(2) ? "_" : fill();
    return op("Pad", `${name} ${this.#ints(pads)} ${given}${axes ? ` ${this.#ints(axes)}` : ""}`, y);
  }

  #split(name: string, shape: readonly number[], y: string): NodeProto {
    const axis = this.random.int(-shape.length, Math.max(0, shape.length - 1));
    const size = shape.at(axis) ?? 1;
    const parts = this.random.int(1, 3);
    const outputs = [y, `${y}b`, `${y}c`].slice(0, parts).join(" ");
    const where = this.random.chance(3) ? {} : { axis };
    const cut = this.random.int(0, size);
    const sizes = [cut, size - cut, 0].slice(0, parts);
    if (this.random.chance(2))
      return op("Split", name, outputs, this.opset >= 18 ? { ...where, num_outputs: parts } : where);
    return this.opset >= 13
      ? op("Split", `${name} ${this.#ints(sizes)}`, outputs, where)
      : op("Split", name, outputs, { ...where, split: sizes });
  }

  /** Operators on shapes. */
  #counting({ name, shape }: Known): NodeProto {
    const y = this.#name();
    const ends =
      this.opset >= 15 && this.random.chance(2)
        ? { start: this.random.int(-3, 2), end: this.random.int(-2, 3) }
        : {};
    const number = (value: number) => this.#ints([value], []);
    return this.random.pick([
      () => op("Shape", name, y, ends),
      () => op("Shape", name, y, ends),
      () => op("Size", name, y),
      () => op("Constant", "", y, { value: ints("v", [1, 2, -3]) }),
      () =>
        op(
          "Constant",
          "",
          y,
          this.opset >= 12 ? { value_ints: [2, this.random.pick(extremes)] } : { value: ints("v", [2], []) },
        ),
      () =>
        op(
          "Range",
          `${number(this.random.int(-2, 2))} ${number(this.random.int(-4, 6))} ${number(this.random.pick([1, 2, -1]))}`,
          y,
        ),
      () =>
        op(
          "ConstantOfShape",
          this.#ints(this.random.pick([[2], [], [2, 3], [0]])),
          y,
          this.random.chance(2) ? {} : { value: ints("v", [7]) },
        ),
      () =>
        op(
          "Gather",
          `${name} ${this.#ints(this.random.pick([[0], [-1], [1, 0]]), this.random.chance(2) ? undefined : [])}`,
          y,
          { axis: this.random.int(0, Math.max(0, shape.length - 1)) },
        ),
    ])();
  }

  #indexing({ name, type, shape }: Known): NodeProto {
    const y = this.#name();
    const axis = this.random.chance(3) ? {} : { axis: this.#axis(shape.length) };
    const numbers = Array.from({ length: this.random.int(1, 4) }, () => this.random.int(-2, 1));
    return this.random.pick([
      () => op("Gather", `${name} ${this.#ints(numbers)}`, y, axis),
      () => op("Gather", `${name} ${this.#ints([this.random.int(-1, 1)], [])}`, y, axis),
      () =>
        op(
          "OneHot",
          `${type === "int64" ? name : this.#ints(numbers)} ${this.#ints([3], this.random.chance(2) ? [] : [1])} ${this.#floats([2], "float32")}`,
          y,
          axis,
        ),
      () =>
        op(
          "Gather",
          `${this.#floats([4, 2], "float32")} ${type === "int64" ? name : this.#ints(numbers)}`,
          y,
        ),
    ])();
  }
}
