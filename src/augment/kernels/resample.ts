import {
  type Code,
  extractI32,
  i32,
  type Local,
  load,
  op,
  repeat,
  store,
  storeLane,
  type WasmFunction,
} from "../../engine/kernel/wasm.js";
import { missing } from "../../missing.js";
import { transposed } from "./interleave.js";
import {
  add,
  advance,
  floor,
  lane,
  lerp,
  multiply,
  number,
  rounded,
  subtract,
  sumOfProducts,
} from "./lanes.js";
import { byChannel, narrowed, type Storage, storages } from "./storage.js";

/** A pixel of four channels around the one that is looked for, by its distance in columns and rows. */
type Neighbour = (column: number, row: number) => Code;

/** How a value between pixels is made; the position is a pixel and what is left beyond it. */
interface Interpolation {
  /** What is left of a position belongs to this pixel. */
  readonly base: (position: Code) => Code;
  readonly value: (at: Neighbour, fx: Local, fy: Local, k: number, local: () => Local) => Code;
}

const nearest: Interpolation = {
  base: (position) => floor(add(position, number(0.5))),
  value: (at) => at(0, 0),
};

const bilinear: Interpolation = {
  base: floor,
  value: (at, fx, fy, k, local) => {
    const [left, top, tx] = [local(), local(), local()];
    return [
      tx.set(lane(fx, k)),
      left.set(at(0, 0)),
      top.set(lerp(left, at(1, 0), tx.get)),
      left.set(at(0, 1)),
      left.set(lerp(left, at(1, 1), tx.get)),
      lerp(top, left.get, lane(fy, k)),
    ];
  },
};

/** Keys' cubic convolution with a = −¾, as in PyTorch and OpenCV: the weights of four pixels, the second of which t lies beyond. */
const cubicWeights = (t: Local, weights: readonly Local[]): Code => {
  const a = -0.75;
  const [w0, w1, w2, w3] = weights as [Local, Local, Local, Local];
  const polynomial = (...coefficients: readonly number[]): Code =>
    coefficients.map(number).reduce((sum, coefficient) => add(multiply(sum, t.get), coefficient));
  return [
    w0.set(polynomial(a, -2 * a, a, 0)),
    w1.set(polynomial(a + 2, -(a + 3), 0, 1)),
    w2.set(polynomial(-(a + 2), 2 * a + 3, -a, 0)),
    w3.set(subtract(subtract(subtract(number(1), w0.get), w1.get), w2.get)),
  ];
};

const bicubic: Interpolation = {
  base: floor,
  value: (at, fx, fy, k, local) => {
    const four = () => [local(), local(), local(), local()];
    const [wx, wy, t] = [four(), four(), local()];
    const row = (j: number): Code =>
      sumOfProducts(...wx.map((weight, i) => [weight.get, at(i - 1, j - 1)] as const));
    return [
      t.set(lane(fx, k)),
      cubicWeights(t, wx),
      t.set(lane(fy, k)),
      cubicWeights(t, wy),
      sumOfProducts(...wy.map((weight, j) => [weight.get, row(j)] as const)),
    ];
  },
};

/**
 * (xs, ys, count, source, bytes of a row, four planes): looks up `count` pixels (rounded up to fours) at (xs, ys), in indices, of a
 * picture whose pixels are four channels side by side, and writes each channel to its plane.
 */
const resample = ({ bytes, ...storage }: Storage, { base, value }: Interpolation): WasmFunction => ({
  parameters: Array.from({ length: 9 }, () => "i32" as const),
  body: ([xs = missing(), ys = missing(), count = missing(), source = missing(), ...others], local) => {
    const [rowBytes = missing(), ...planes] = others;
    const vector = () => local("v128");
    const [x, y, column, row, offsets] = [vector(), vector(), vector(), vector(), vector()];
    const rowAddresses = Array.from({ length: 4 }, () => local("i32"));
    const pixels = [vector(), vector(), vector(), vector()] as const;
    const pixelBytes = 4 * bytes;
    const rest = local("i32");
    const pixel = (variable: Local, k: number): Code => {
      const at: Neighbour = (i, j) =>
        storage.load((rowAddresses[j + 1] ?? missing()).get, i * pixelBytes + pixelBytes);
      const address = rowAddresses[1] ?? missing();
      return [
        // One pixel to the left, since offsets in an instruction are not negative.
        address.set(op("i32.add", op("i32.sub", source.get, i32(pixelBytes)), extractI32(offsets.get, k))),
        (rowAddresses[0] ?? missing()).set(op("i32.sub", address.get, rowBytes.get)),
        (rowAddresses[2] ?? missing()).set(op("i32.add", address.get, rowBytes.get)),
        (rowAddresses[3] ?? missing()).set(op("i32.add", (rowAddresses[2] ?? missing()).get, rowBytes.get)),
        variable.set(value(at, x, y, k, vector)),
      ];
    };
    const float = transposed(pixels, vector);
    const channels = vector();
    const written =
      bytes === 1
        ? [
            channels.set(byChannel(narrowed(pixels[0].get, pixels[1].get, pixels[2].get, pixels[3].get))),
            planes.map((plane, c) => storeLane(plane.get, channels.get, c)),
          ]
        : [float.prepare, planes.map((plane, c) => store(plane.get, float.columns[c] ?? missing()))];
    return [
      rest.set(op("i32.add", count.get, i32(3))),
      repeat(rest, 4, [
        x.set(load(xs.get)),
        y.set(load(ys.get)),
        column.set(base(x.get)),
        row.set(base(y.get)),
        offsets.set(
          op(
            "i32x4.add",
            op("i32x4.mul", rounded(row.get), op("i32x4.splat", rowBytes.get)),
            op("i32x4.shl", rounded(column.get), i32(Math.log2(pixelBytes))),
          ),
        ),
        x.set(subtract(x.get, column.get)),
        y.set(subtract(y.get, row.get)),
        pixels.map(pixel),
        written,
        [xs, ys].map((coordinates) => advance(coordinates, 16)),
        planes.map((plane) => advance(plane, pixelBytes)),
      ]),
    ];
  },
});

export const resampleKernels = {
  nearest8: resample(storages.uint8, nearest),
  nearest32: resample(storages.float32, nearest),
  bilinear8: resample(storages.uint8, bilinear),
  bilinear32: resample(storages.float32, bilinear),
  bicubic8: resample(storages.uint8, bicubic),
  bicubic32: resample(storages.float32, bicubic),
} as const;
