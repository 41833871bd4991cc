import { basename } from "node:path";
import { InvalidArgumentError } from "commander";
import { z } from "zod";
import { SteepestError } from "../errors.js";
import type { Callback } from "../train/callbacks.js";
import type { RunFolder } from "../train/run-folder.js";
import { mlflow } from "../train/trackers/mlflow.js";
import { tensorBoard } from "../train/trackers/tensor-board.js";
import { say } from "./output.js";
import type { Settings } from "./settings.js";

export const trackerSchema = z.object({
  kind: z.enum(["tensorboard", "mlflow"]),
  place: z.string().optional(),
});

/** What training is told to, and where that is. */
export type Tracker = z.infer<typeof trackerSchema>;

/** A line for the person beside the results. */
export const note = (text: string): void => say(`note: ${text}`, true);

const trackerFrom = (text: string): Tracker => {
  const [kind = "", ...rest] = text.split("=");
  const place = rest.join("=").trim();
  if (kind !== "tensorboard" && kind !== "mlflow") {
    throw new InvalidArgumentError(
      "expected tensorboard, tensorboard=folder, mlflow or mlflow=http://host:port.",
    );
  }
  if (rest.length > 0 && place === "") throw new InvalidArgumentError(`${kind}= names no place.`);
  if (kind === "tensorboard") return { kind, ...(place && { place }) };
  const address = place || process.env.MLFLOW_TRACKING_URI;
  if (!address) {
    throw new InvalidArgumentError(
      "say where the server is: mlflow=http://host:port, or by MLFLOW_TRACKING_URI.",
    );
  }
  try {
    // Says what an address must be before any data is read.
    mlflow(address);
  } catch (error) {
    throw new InvalidArgumentError(error instanceof SteepestError ? `${error.message}.` : String(error));
  }
  return { kind, place: address };
};

/** "tensorboard,mlflow=http://localhost:5000" as trackers. */
export const trackersFrom = (text: string): readonly Tracker[] =>
  text.split(",").map((each) => trackerFrom(each.trim()));

/** What MLflow's own clients send to servers that ask who one is: https://mlflow.org/docs/latest/self-hosting/security. */
const authorization = (): Readonly<Record<string, string>> => {
  const {
    MLFLOW_TRACKING_TOKEN: token,
    MLFLOW_TRACKING_USERNAME: user,
    MLFLOW_TRACKING_PASSWORD: password = "",
  } = process.env;
  if (token) return { authorization: `Bearer ${token}` };
  return user ? { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}` } : {};
};

/** A tracker as a callback of a training in its run folder. */
export const trackerCallback = (
  { kind, place }: Tracker,
  folder: RunFolder,
  settings: Settings,
): Callback => {
  if (kind === "tensorboard") {
    return tensorBoard(place ?? folder.file("tensorboard"), { settings, onProblem: note });
  }
  const experiment = process.env.MLFLOW_EXPERIMENT_NAME;
  return mlflow(place ?? "", {
    name: basename(folder.path),
    settings,
    headers: authorization(),
    onProblem: note,
    ...(experiment && { experiment }),
  });
};
