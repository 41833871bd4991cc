import { spawn } from "node:child_process";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import {
  blobs,
  type Callback,
  fit,
  gradientDescent,
  linear,
  mlflow,
  relu,
  sequential,
  TrainingDiverged,
} from "../../../src/index.js";
import { temporaryFolder } from "../../support/cli.js";
import { pythonWith, withPython } from "../../support/python.js";

const train = (callbacks: Callback[], options = {}) =>
  fit(
    linear(3),
    { train: blobs({ n: 96, seed: 1 }), test: blobs({ n: 60, seed: 2 }) },
    {
      epochs: 3,
      batchSize: 32,
      callbacks,
      ...options,
    },
  );

type Body = Record<string, unknown>;
interface Asked {
  readonly path: string;
  readonly body: Body;
}
type Answer = { readonly status?: number; readonly body?: unknown } | "never";

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

const bodyOf = async (request: IncomingMessage): Promise<Body> => {
  let text = "";
  for await (const chunk of request) text += chunk;
  return text === "" ? {} : JSON.parse(text);
};

/** What a tracking server answers where all goes well. */
const usual = (path: string): Answer => {
  if (path === "experiments/get-by-name")
    return { status: 404, body: { error_code: "RESOURCE_DOES_NOT_EXIST" } };
  if (path === "experiments/create") return { body: { experiment_id: "7" } };
  if (path === "runs/create") return { body: { run: { info: { run_id: "r1" } } } };
  return { body: {} };
};

/** A small server that remembers what it was asked. */
const fake = async (answer: (path: string, times: number) => Answer | undefined = () => undefined) => {
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    const path = (request.url ?? "").replace("/api/2.0/mlflow/", "").replace(/\?.*/, "");
    asked.push({ path, body: await bodyOf(request) });
    const given = answer(path, asked.filter((each) => each.path === path).length) ?? usual(path);
    if (given === "never") return;
    response.writeHead(given.status ?? 200, { "content-type": "application/json" });
    response.end(typeof given.body === "string" ? given.body : JSON.stringify(given.body));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    address,
    asked,
    of: (path: string) => asked.filter((each) => each.path === path).map(({ body }) => body),
  };
};

const told = () => {
  const lines: string[] = [];
  return { lines, onProblem: (line: string) => void lines.push(line) };
};

interface Metric {
  readonly key: string;
  readonly value: number;
  readonly step: number;
}
const metricsOf = (bodies: readonly Body[]) => bodies.flatMap(({ metrics = [] }) => metrics as Metric[]);

describe("mlflow", () => {
  it("tells a server the settings, every epoch, the test scores and the end", async () => {
    const { address, of } = await fake();
    const { lines, onProblem } = told();
    const run = await train([
      mlflow(`${address}/`, { experiment: "e", name: "n", settings: { rule: "adam", "a,b": 2 }, onProblem }),
    ]);
    expect(lines).toEqual([]);
    expect(of("experiments/create")).toEqual([{ name: "e" }]);
    expect(of("runs/create")).toMatchObject([{ experiment_id: "7", run_name: "n" }]);
    const batches = of("runs/log-batch");
    expect(batches.flatMap(({ params = [] }) => params)).toEqual([
      { key: "rule", value: "adam" },
      { key: "a_b", value: "2" },
    ]);
    const curve = metricsOf(batches).filter(({ key }) => key === "train.loss");
    expect(curve.map(({ step, value }) => [step, value])).toEqual(
      run.epochs.map(({ steps, train }) => [steps, train.loss]),
    );
    expect(metricsOf(batches)).toContainEqual(
      expect.objectContaining({ key: "test.error", value: run.test?.error }),
    );
    expect(of("runs/update")).toMatchObject([{ run_id: "r1", status: "FINISHED" }]);
  });

  it("says that a training failed where it diverged", async () => {
    const { address, of } = await fake();
    const deep = sequential(linear(8), relu(), linear(8), relu(), linear(3));
    const optimizer = gradientDescent({ learningRate: 1e30 });
    const training = fit(deep, blobs({ n: 96, seed: 1 }), { optimizer, callbacks: [mlflow(address)] });
    await expect(training).rejects.toThrow(TrainingDiverged);
    expect(of("runs/update")).toMatchObject([{ status: "FAILED" }]);
  });

  it("tries again what a busy server did not take, and loses nothing", async () => {
    const { address, of } = await fake((path, times) =>
      path === "runs/create" && times === 1 ? { status: 503, body: "busy" } : undefined,
    );
    const { lines, onProblem } = told();
    const slow: Callback = { onEpochEnd: () => new Promise((resolve) => setTimeout(resolve, 50)) };
    await train([mlflow(address, { onProblem }), slow]);
    expect(lines).toEqual([]);
    const steps = metricsOf(of("runs/log-batch")).filter(({ key }) => key === "train.loss");
    expect(steps.map(({ step }) => step)).toEqual([3, 6, 9]);
  });

  it.each([
    [
      "404 of something else",
      () => ({ status: 404, body: "<html>" }) as const,
      /refused experiments\/get-by-name with 404: an answer that is not MLflow's/,
    ],
    [
      "a refusal",
      (path: string) =>
        path === "runs/create"
          ? { status: 403, body: { error_code: "PERMISSION_DENIED", message: "not you" } }
          : undefined,
      /refused runs\/create with 403: PERMISSION_DENIED not you/,
    ],
    [
      "an answer without what is needed",
      (path: string) => (path === "runs/create" ? { body: {} } : undefined),
      /the server's answer has no run\.info\.run_id/,
    ],
    ["no answer", () => "never" as const, /does not answer \(no answer within 0\.2 s\)/],
  ])("goes on training after %s", async (_, answer, message) => {
    const { address } = await fake(answer as (path: string) => Answer | undefined);
    const { lines, onProblem } = told();
    const run = await train([mlflow(address, { timeout: 0.2, onProblem })]);
    expect(run.epochs).toHaveLength(3);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(message);
    expect(lines[0]).toMatch(/^mlflow: .*; training goes on$/);
  });

  it("goes on training where nobody listens", async () => {
    const { address } = await fake();
    servers.splice(0).forEach((server) => void server.close());
    const { lines, onProblem } = told();
    expect((await train([mlflow(address, { onProblem })])).epochs).toHaveLength(3);
    expect(lines).toEqual([
      expect.stringMatching(/does not answer \(.*ECONNREFUSED.*\); is MLflow's server running there\?/),
    ]);
  });

  it("goes on with its run where training goes on", async () => {
    const { address, of } = await fake();
    const checkpoint = { folder: join(temporaryFolder(), "checkpoints") };
    const stopping: Callback = {
      onStepEnd: async ({ trainer, stop }) => {
        await new Promise((resolve) => setTimeout(resolve, 20));
        if (trainer.steps === 4) stop();
      },
    };
    await train([mlflow(address), stopping], { checkpoint });
    await train([mlflow(address), {}], { checkpoint, resume: true });
    expect(of("runs/create")).toHaveLength(1);
    expect(of("runs/update").map(({ status }) => status)).toEqual(["FINISHED", "RUNNING", "FINISHED"]);
  });

  it("says what an address is", () => {
    expect(() => mlflow("here")).toThrow(
      'mlflow: expected the address of a tracking server, such as "http://localhost:5000", got "here"',
    );
    expect(() => mlflow("file:///tmp")).toThrow("is no address of a server");
    expect(() => mlflow("http://me:secret@host")).toThrow("give them in headers");
  });

  const python = pythonWith("mlflow");
  it.skipIf(!python)(withPython("is taken by MLflow's own server", "mlflow", python), async () => {
    const folder = temporaryFolder();
    const port = await new Promise<number>((resolve) => {
      const probe = createServer().listen(0, "127.0.0.1", () => {
        const { port } = probe.address() as AddressInfo;
        probe.close(() => resolve(port));
      });
    });
    const store = `sqlite:///${join(folder, "runs.db")}`;
    const server = spawn(
      python ?? "",
      [
        "-m",
        "mlflow",
        "server",
        "--host",
        "127.0.0.1",
        "--port",
        String(port),
        "--workers",
        "1",
        "--backend-store-uri",
        store,
        "--artifacts-destination",
        folder,
      ],
      { cwd: folder, stdio: "ignore", detached: true },
    );
    const address = `http://127.0.0.1:${port}`;
    try {
      for (let i = 0; i < 600; i++) {
        const isUp = await fetch(`${address}/health`).then(
          ({ ok }) => ok,
          () => false,
        );
        if (isUp) break;
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
      const { lines, onProblem } = told();
      const run = await train([mlflow(address, { settings: { rule: "adam" }, name: "first", onProblem })]);
      expect(lines).toEqual([]);
      const ask = async (path: string, body: unknown) =>
        (
          await fetch(`${address}/api/2.0/mlflow/${path}`, {
            method: "POST",
            headers: { "content-type": "application/json" },
            body: JSON.stringify(body),
          })
        ).json();
      const found = await (
        await fetch(`${address}/api/2.0/mlflow/experiments/get-by-name?experiment_name=steepest`)
      ).json();
      const { runs } = (await ask("runs/search", { experiment_ids: [found.experiment.experiment_id] })) as {
        runs: { info: Body; data: { metrics: Metric[]; params: Body[] } }[];
      };
      expect(runs).toHaveLength(1);
      expect(runs[0]?.info).toMatchObject({ run_name: "first", status: "FINISHED" });
      expect(runs[0]?.data.params).toEqual([{ key: "rule", value: "adam" }]);
      const last = runs[0]?.data.metrics.find(({ key }) => key === "train.loss");
      expect(last?.value).toBeCloseTo(run.epochs.at(-1)?.train.loss ?? Number.NaN, 12);
    } finally {
      if (server.pid !== undefined) process.kill(-server.pid, "SIGKILL");
    }
  });
});
