import { aligned, type Kernels, type Workspace } from "../kernels/workspace.js";
import { type Picture, rangeOf, type Size } from "../picture.js";

/** Where the channels of a picture lie in a workspace. */
export interface Planes {
  readonly address: number;
  /** Bytes from one channel to the next. */
  readonly stride: number;
}

/**
 * A picture while it is changed. Its channels start at whole vectors and have room behind them, so that kernels need no care at an end. The
 * picture that was given is left as it is: the first operation writes elsewhere.
 */
export class Canvas {
  readonly workspace: Workspace;
  readonly channels: number;
  readonly black: number;
  readonly white: number;
  /** Of one value: 1 for bytes, 4 for float32. */
  readonly bytes: 1 | 4;
  width: number;
  height: number;
  planes: Planes;
  #own: Planes | undefined;

  constructor(workspace: Workspace, picture: Picture, planes: Planes) {
    this.workspace = workspace;
    this.planes = planes;
    this.channels = picture.channels;
    this.width = picture.width;
    this.height = picture.height;
    this.bytes = picture.pixels instanceof Uint8Array ? 1 : 4;
    [this.black, this.white] = rangeOf(picture);
  }

  get kernels(): Kernels {
    return this.workspace.kernels;
  }

  /** Values of a channel. */
  get values(): number {
    return this.width * this.height;
  }

  /** Takes memory for pictures of a size, to be written by the operation that is under way. */
  planesOf(size: Size): Planes {
    const stride = strideOf(size, this.bytes);
    return { address: this.workspace.take(stride * this.channels), stride };
  }

  /** Where an operation writes that keeps the size: in place, but for the first. */
  writable(): Planes {
    this.#own ??= this.planesOf(this);
    return this.#own;
  }

  /** Says where the picture lies from here on. */
  becomes(planes: Planes, { width, height }: Size): void {
    this.planes = planes;
    this.#own = planes;
    this.width = width;
    this.height = height;
  }

  /** Where a channel begins. */
  plane(channel: number, planes = this.planes): number {
    return planes.address + channel * planes.stride;
  }

  /** Calls an operation for each channel, from where it lies to where it may be written. */
  eachPlane(change: (from: number, to: number, values: number) => void): void {
    const target = this.writable();
    for (let c = 0; c < this.channels; c++) change(this.plane(c), this.plane(c, target), this.values);
    this.planes = target;
  }

  /** Whether anything was written. */
  get touched(): boolean {
    return this.#own !== undefined;
  }

  /** The values of the channels without room between them, as a view that is valid until the workspace is used again. */
  finish(): Uint8Array | Float32Array {
    const { uint8, memory } = this.workspace;
    const { address, stride } = this.planes;
    const size = this.values * this.bytes;
    if (stride !== size) {
      for (let c = 1; c < this.channels; c++) {
        const from = address + c * stride;
        uint8.copyWithin(address + c * size, from, from + size);
      }
    }
    const count = this.values * this.channels;
    return this.bytes === 1
      ? new Uint8Array(memory.buffer, address, count)
      : new Float32Array(memory.buffer, address, count);
  }
}

/** Bytes from one channel to the next where they start at whole vectors. */
export const strideOf = ({ width, height }: Size, bytes: 1 | 4): number => aligned(width * height * bytes);
