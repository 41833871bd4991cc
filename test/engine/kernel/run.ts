import { compileKernel, type KernelSource } from "../../../src/engine/kernel/index.js";

/** Written around every array, to see whether a kernel writes outside of it. */
export const GUARD = 12345;

/** Runs a kernel once on copies of the arrays in a fresh memory and returns them as they are afterwards. */
export const runKernel = (
  source: KernelSource,
  arrays: readonly ArrayLike<number>[],
  scalars: readonly number[] = [],
  firstByte = 4,
): Float32Array[] => {
  const memory = new WebAssembly.Memory({ initial: 16 });
  new Float32Array(memory.buffer).fill(GUARD);
  const count = arrays[0]?.length ?? 0;
  const stride = 4 * (count + 3);
  const views = arrays.map((array, index) => {
    const view = new Float32Array(memory.buffer, firstByte + index * stride, count);
    view.set(array);
    return view;
  });
  compileKernel(source)
    .bind(memory)
    .run(
      views.map((view) => view.byteOffset),
      count,
      scalars,
    );
  for (const view of views) {
    const around = [view.byteOffset - 4, view.byteOffset + 4 * count].map((byte) =>
      new Float32Array(memory.buffer, byte, 1).at(0),
    );
    if (around.some((value) => value !== GUARD)) throw new Error("the kernel wrote outside of an array");
  }
  return views;
};
