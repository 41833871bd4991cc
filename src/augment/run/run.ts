import { SteepestError } from "../../errors.js";
import { SLACK, type Workspace } from "../kernels/workspace.js";
import type { Operation } from "../operation.js";
import type { Picture } from "../picture.js";
import type { CompleteSampling } from "../sampling.js";
import { Canvas, strideOf } from "./canvas.js";
import { meanGrey, plainTone, runHue, runTone, type Tone, toned } from "./colour.js";
import { filterBytes, runBlur, runSharpness } from "./filters.js";
import { geometryBytes, geometryOf, runGeometry } from "./geometry.js";
import { runAutocontrast, runEqualise, runErase, runNoise, runPosterise, runSolarise } from "./pixels.js";

/** Bytes of memory that an operation on a finished size may take beside the picture. */
const bytesOf = (operation: Operation, canvas: Pick<Canvas, "width" | "height" | "channels">): number => {
  const values = canvas.width * canvas.height;
  switch (operation.kind) {
    case "blur":
      return filterBytes(canvas, operation.radius);
    case "sharpness":
      return filterBytes(canvas, 1) + 4 * (canvas.width + 16) * canvas.height * canvas.channels;
    case "noise":
    case "equalise":
    case "erase":
      return (4 * (values + 64) + 8192) * canvas.channels + 1024;
    case "autocontrast":
      return 1024 * canvas.channels;
    default:
      return 1024;
  }
};

/** Puts a picture into the workspace, unless it lies there, with memory ready for all that is to be done to it. */
const load = (workspace: Workspace, picture: Picture, bytes: number): Canvas => {
  const { pixels } = picture;
  const here = () => pixels.buffer === workspace.memory.buffer;
  const copied = here() ? 0 : pixels.byteLength + SLACK;
  workspace.begin(bytes + copied);
  const stride = pixels.byteLength / picture.channels;
  if (copied === 0 && here()) return new Canvas(workspace, picture, { address: pixels.byteOffset, stride });
  workspace.begin(bytes + pixels.byteLength + SLACK);
  const address = workspace.take(pixels.byteLength);
  if (pixels instanceof Uint8Array) workspace.uint8.set(pixels, address);
  else workspace.float32.set(pixels, address / 4);
  return new Canvas(workspace, picture, { address, stride });
};

/**
 * Does operations to a picture. All moves come first, joined into one map by which every pixel is looked up once; then the others in their
 * order, those of tone that stand side by side in one pass. The result lies in the workspace and is valid until it is used again; it is the
 * given picture where nothing was to be done.
 */
export const run = (
  workspace: Workspace,
  picture: Picture,
  operations: readonly Operation[],
  sampling: CompleteSampling,
): Picture => {
  if (operations.length === 0) return picture;
  if (sampling.fill.length > 1 && sampling.fill.length !== picture.channels) {
    throw new SteepestError(
      `fill has ${sampling.fill.length} values, and the picture ${picture.channels} channels; give one number, or one for each channel`,
    );
  }
  const moves = operations.flatMap((operation) => (operation.kind === "move" ? [operation] : []));
  const geometry = geometryOf(moves);
  const valueBytes = picture.pixels instanceof Uint8Array ? 1 : 4;
  const size = geometry?.size ?? picture;
  const final = { width: size.width, height: size.height, channels: picture.channels };
  const bytes = operations.reduce(
    (sum, operation) => sum + (operation.kind === "move" ? 0 : bytesOf(operation, final)),
    (strideOf(final, valueBytes) + SLACK) * picture.channels + SLACK,
  );
  const fields = moves.reduce(
    (sum, { map }) => sum + (map.kind === "displacement" ? map.field.byteLength + SLACK : 0),
    0,
  );
  const canvas = load(
    workspace,
    picture,
    bytes + (geometry ? geometryBytes(picture, size, picture.channels, valueBytes) + fields + 64 * SLACK : 0),
  );
  if (geometry) runGeometry(canvas, geometry, sampling);
  runOthers(canvas, picture, operations);
  if (!canvas.touched) return picture;
  const pixels = canvas.finish();
  const range = picture.range ? { range: picture.range } : {};
  return { ...final, pixels, ...range };
};

const runOthers = (canvas: Canvas, picture: Picture, operations: readonly Operation[]): void => {
  let tone: Tone = plainTone;
  let mean: number | undefined;
  const flush = () => {
    runTone(canvas, tone);
    tone = plainTone;
    mean = undefined;
  };
  for (const operation of operations) {
    if (operation.kind === "move") continue;
    if (operation.kind === "blend" || operation.kind === "invert") {
      tone = toned(tone, operation, canvas, () => {
        mean ??= meanGrey(canvas);
        return mean;
      });
      continue;
    }
    flush();
    switch (operation.kind) {
      case "hue":
        runHue(canvas, operation.turn);
        break;
      case "posterise":
        runPosterise(canvas, operation);
        break;
      case "solarise":
        runSolarise(canvas, operation);
        break;
      case "equalise":
        runEqualise(canvas);
        break;
      case "autocontrast":
        runAutocontrast(canvas);
        break;
      case "sharpness":
        runSharpness(canvas, operation);
        break;
      case "blur":
        runBlur(canvas, operation);
        break;
      case "noise":
        runNoise(canvas, operation);
        break;
      case "erase":
        runErase(canvas, operation);
        break;
      case "change":
        runChange(canvas, picture, operation.change);
    }
  }
  flush();
};

/** Hands the pixels to a function that changes them in place. */
const runChange = (canvas: Canvas, { range }: Picture, change: (picture: Picture) => void): void => {
  const { kernels, bytes, width, height, channels, workspace } = canvas;
  const target = canvas.writable();
  if (canvas.planes !== target)
    canvas.eachPlane((from, to, values) => kernels.copyRows(from, to, values * bytes, 1, 0, 0));
  const pixels = canvas.finish();
  change({ width, height, channels, pixels, ...(range ? { range } : {}) });
  const size = canvas.values * bytes;
  for (let c = channels - 1; c > 0; c--) {
    const from = target.address + c * size;
    workspace.uint8.copyWithin(canvas.plane(c), from, from + size);
  }
};
