import { missing } from "../../missing.js";
import type { Workspace } from "../kernels/workspace.js";
import type { Operation } from "../operation.js";
import type { Picture, Size } from "../picture.js";
import { run } from "../run/run.js";
import type { CompleteSampling } from "../sampling.js";

/** Pictures to change, one behind another in memory, and what is done to each. */
export interface Job {
  readonly layout: Size & { readonly channels: number };
  readonly range: readonly [black: number, white: number];
  readonly sampling: CompleteSampling;
  readonly source: Float32Array;
  /** Of pictures of the size that all have afterwards. */
  readonly target: Float32Array;
  readonly operations: readonly (readonly Operation[])[];
}

/** Whether operations can be sent to another thread: functions cannot. */
export const canBeSent = (operations: readonly Operation[]): boolean =>
  operations.every(
    (operation) =>
      operation.kind !== "change" && !(operation.kind === "move" && operation.map.kind === "points"),
  );

/** Changes the pictures of a job. */
export const runJob = (
  workspace: Workspace,
  { layout, range, sampling, source, target, operations }: Job,
): void => {
  const given = source.length / operations.length;
  const made = target.length / operations.length;
  const { width, height, channels } = layout;
  const black: Picture = { width, height, channels, range, pixels: source.subarray(0, given) };
  for (let row = 0; row < operations.length; row++) {
    const picture = { ...black, pixels: source.subarray(row * given, (row + 1) * given) };
    const { pixels } = run(workspace, picture, operations[row] ?? missing(), sampling);
    target.set(pixels, row * made);
  }
};
