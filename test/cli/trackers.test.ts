import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { lastJson, steepest, temporaryFolder } from "../support/cli.js";

describe("steepest train --tracker", () => {
  it("writes a table always, event files where asked for, and trains on where a server is not there", () => {
    const out = temporaryFolder();
    const trackers = "tensorboard,mlflow=http://127.0.0.1:9";
    const args = ["train", "toy", "--epochs", "2", "--out", out, "--tracker", trackers, "--json"];
    const trained = steepest(args);
    expect(trained.code).toBe(0);
    expect(trained.stderr).toMatch(
      /note: mlflow: http:\/\/127\.0\.0\.1:9 does not answer .*; training goes on\n/,
    );
    const run = String(lastJson(trained).run);
    expect(readFileSync(join(run, "metrics.csv"), "utf8")).toMatch(
      /^epoch,steps,train\.loss,.*\n1,.*\n2,.*\n$/,
    );
    expect(readdirSync(join(run, "tensorboard"))).toEqual([
      expect.stringMatching(/^events\.out\.tfevents\./),
    ]);
    const { command } = JSON.parse(readFileSync(join(run, "config.json"), "utf8"));
    expect(command.trackers).toEqual([
      { kind: "tensorboard" },
      { kind: "mlflow", place: "http://127.0.0.1:9" },
    ]);
  });

  it.each([
    ["wandb", /expected tensorboard, tensorboard=folder, mlflow or mlflow=http:\/\/host:port/],
    ["tensorboard=", /tensorboard= names no place/],
    ["mlflow", /say where the server is: mlflow=http:\/\/host:port, or by MLFLOW_TRACKING_URI/],
    ["mlflow=http://me:secret@host", /the address holds a user or password/],
  ])("refuses %s before anything is made", (tracker, message) => {
    const out = join(temporaryFolder(), "runs");
    const { code, stderr } = steepest(["train", "toy", "--out", out, "--tracker", tracker]);
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
    expect(existsSync(out)).toBe(false);
  });
});
