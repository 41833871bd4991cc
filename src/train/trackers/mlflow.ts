import { SteepestError } from "../../errors.js";
import { givenText } from "../../given.js";
import { requireKnown } from "../../options.js";
import type { Callback } from "../callbacks.js";
import type { StopReason } from "../run.js";
import { epochFacts, partFacts } from "./facts.js";
import { harmless, type TrackerOptions, tellOnce } from "./failures.js";

export interface MlflowOptions extends TrackerOptions {
  /** The experiment that the run is put into; made where it is not there. @defaultValue "steepest" */
  readonly experiment?: string;
  /** What the run is called. @defaultValue a name that MLflow makes */
  readonly name?: string;
  /** Settings, by name: MLflow's parameters. @defaultValue none */
  readonly settings?: Readonly<Record<string, string | number | boolean>>;
  /** Sent with every request, such as an `authorization`. @defaultValue none */
  readonly headers?: Readonly<Record<string, string>>;
  /** Seconds after which a request counts as failed. @defaultValue 10 */
  readonly timeout?: number;
}

interface Metric {
  readonly key: string;
  /** Numbers that JSON has no form for go as texts. */
  readonly value: number | "NaN" | "Infinity" | "-Infinity";
  readonly timestamp: number;
  readonly step: number;
}

/** The server answered, and says no. */
class Refused extends SteepestError {
  constructor(
    message: string,
    readonly status: number,
    readonly code: string,
  ) {
    super(message);
  }
}

/** Whether another try could go better: a server that is busy, starting or out of reach, not one that says no. */
const isPassing = (error: unknown): boolean =>
  !(error instanceof Refused) || error.status >= 500 || error.status === 408 || error.status === 429;

const reasonOf = (error: unknown, timeout: number): string => {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "TimeoutError") return `no answer within ${timeout} s`;
  const { cause } = error;
  return cause instanceof Error ? cause.message || String(Reflect.get(cause, "code")) : error.message;
};

type Request = (
  method: "GET" | "POST",
  path: string,
  body: Readonly<Record<string, unknown>>,
) => Promise<Record<string, unknown>>;

/** Asks a server by MLflow's REST interface, https://mlflow.org/docs/latest/rest-api.html. Throws in one line where it does not answer as it should. */
const requester =
  (address: string, headers: Readonly<Record<string, string>>, timeout: number): Request =>
  async (method, path, body) => {
    const query = method === "GET" ? `?${new URLSearchParams(body as Record<string, string>)}` : "";
    const url = `${address}/api/2.0/mlflow/${path}${query}`;
    let response: Response;
    let text: string;
    try {
      response = await fetch(url, {
        method,
        headers: { "content-type": "application/json", ...headers },
        ...(method === "POST" && { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(1000 * timeout),
      });
      text = await response.text();
    } catch (error) {
      throw new SteepestError(
        `${address} does not answer (${reasonOf(error, timeout)}); is MLflow's server running there?`,
        {
          cause: error,
        },
      );
    }
    let answer: unknown;
    try {
      answer = JSON.parse(text);
    } catch {
      answer = undefined;
    }
    const said =
      typeof answer === "object" && answer !== null ? (answer as Record<string, unknown>) : undefined;
    if (response.ok && said) return said;
    const { error_code: code = "", message = "" } = said ?? {};
    const why = said ? `${code} ${message}`.trim() : "an answer that is not MLflow's";
    throw new Refused(
      `${address} refused ${path} with ${response.status}: ${why}`,
      response.status,
      String(code),
    );
  };

/** The identifier at a place of an answer. */
const textAt = (answer: unknown, ...path: string[]): string => {
  let value = answer;
  for (const key of path)
    value = typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
  if (typeof value === "string" && value !== "") return value;
  throw new SteepestError(`the server's answer has no ${path.join(".")}; is it MLflow's?`);
};

const experimentNamed = async (request: Request, name: string): Promise<string> => {
  const find = () => request("GET", "experiments/get-by-name", { experiment_name: name });
  const isCalled = (error: unknown, code: string) => error instanceof Refused && error.code === code;
  try {
    return textAt(await find(), "experiment", "experiment_id");
  } catch (error) {
    if (!isCalled(error, "RESOURCE_DOES_NOT_EXIST")) throw error;
  }
  try {
    return textAt(await request("POST", "experiments/create", { name }), "experiment_id");
  } catch (error) {
    // Another training has made it meanwhile.
    if (!isCalled(error, "RESOURCE_ALREADY_EXISTS")) throw error;
    return textAt(await find(), "experiment", "experiment_id");
  }
};

/** Names as MLflow takes them: letters, digits, and some signs; at most 250 characters. */
const keyOf = (name: string): string => name.replace(/[^\w\-. :/]/g, "_").slice(0, 250);

const numberOf = (value: number): Metric["value"] =>
  Number.isFinite(value) ? value : (String(value) as "NaN" | "Infinity" | "-Infinity");

/** The most that a request may hold of each; MLflow's limits. */
const most = { metrics: 1000, params: 100, text: 500 } as const;

const chunks = <T>(all: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, i) => all.slice(i * size, (i + 1) * size));

const statuses: Readonly<Record<StopReason, string>> = {
  completed: "FINISHED",
  early: "FINISHED",
  stopped: "FINISHED",
  aborted: "KILLED",
  diverged: "FAILED",
};

const addressOf = (given: string): string => {
  let url: URL;
  try {
    url = new URL(given);
  } catch {
    throw new SteepestError(
      `mlflow: expected the address of a tracking server, such as "http://localhost:5000", got ${givenText(given)}`,
    );
  }
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw new SteepestError(
      `mlflow: ${url.protocol}// is no address of a server, which begins with http:// or https://; \`mlflow server\` starts one`,
    );
  }
  if (url.username !== "" || url.password !== "") {
    throw new SteepestError(
      "mlflow: the address holds a user or password; give them in headers: { authorization: … }",
    );
  }
  return `${url.origin}${url.pathname}`.replace(/\/+$/, "");
};

/**
 * A callback that tells an MLflow tracking server of a training by its REST interface: settings as parameters, the numbers of each epoch as metrics over the
 * steps made, the test scores, and how it ended. What is sent goes beside training, which waits for the last of it only. What could not be sent is tried
 * again at the next epoch; a server that refuses, or is never there, is told to `onProblem`, and training goes on. A training that goes on from a checkpoint goes on
 * with its run.
 *
 * `fit(net, data, { callbacks: [mlflow("http://localhost:5000", { experiment: "digits" })] })`
 */
export const mlflow = (address: string, options: MlflowOptions = {}): Callback => {
  const known = ["experiment", "name", "settings", "headers", "timeout", "onProblem"] as const;
  const {
    experiment = "steepest",
    name,
    settings = {},
    headers = {},
    timeout = 10,
  } = requireKnown("mlflow", options, known);
  if (!(timeout > 0))
    throw new SteepestError(`mlflow: timeout is ${timeout}; expected a positive number of seconds`);
  const tell = tellOnce("mlflow", options);
  const request = requester(addressOf(address), headers, timeout);
  let run: string | undefined;
  let waiting: Metric[] = [];
  let params = Object.entries(settings).map(([key, value]) => ({
    key: keyOf(key),
    value: String(value).slice(0, most.text),
  }));
  let givenUp = false;
  let sending: Promise<void> | undefined;
  let lastProblem: unknown;

  const begin = async (started: number): Promise<string> => {
    const experiment_id = await experimentNamed(request, experiment);
    const body = { experiment_id, start_time: started, ...(name !== undefined && { run_name: name }) };
    return textAt(await request("POST", "runs/create", body), "run", "info", "run_id");
  };
  let started = 0;
  const send = async (): Promise<void> => {
    run ??= await begin(started);
    for (const some of chunks(params, most.params)) {
      await request("POST", "runs/log-batch", { run_id: run, params: some });
      params = params.filter((each) => !some.includes(each));
    }
    while (waiting.length > 0) {
      const some = waiting.slice(0, most.metrics);
      await request("POST", "runs/log-batch", { run_id: run, metrics: some });
      waiting = waiting.slice(some.length);
    }
  };
  const trySending = async (): Promise<void> => {
    if (givenUp) return;
    try {
      await send();
      lastProblem = undefined;
    } catch (error) {
      lastProblem = error;
      if (isPassing(error)) return;
      givenUp = true;
      tell(error);
    }
  };
  /** Sends what waits, unless something is on its way: it goes with the next. */
  const sendBeside = (): void => {
    sending ??= trySending().finally(() => {
      sending = undefined;
    });
  };
  const note = (facts: Readonly<Record<string, number>>, step: number): void => {
    const timestamp = Date.now();
    const metrics = Object.entries(facts).map(([key, value]) => ({
      key: keyOf(key),
      value: numberOf(value),
      timestamp,
      step,
    }));
    waiting = [...waiting, ...metrics];
  };
  const hooks: Parameters<typeof harmless>[0] = {
    onTrainBegin: async () => {
      started = Date.now();
      if (run === undefined) return sendBeside();
      sending = request("POST", "runs/update", { run_id: run, status: "RUNNING" }).then(
        () => {
          sending = undefined;
        },
        (error) => {
          sending = undefined;
          lastProblem = error;
        },
      );
    },
    onEpochEnd: (_, { record }) => {
      const { steps, ...facts } = epochFacts(record);
      note(facts, record.steps);
      if (!givenUp) sendBeside();
    },
    onTrainEnd: async ({ trainer, outcome }) => {
      note(partFacts("test", outcome?.test), trainer.steps);
      await sending;
      await trySending();
      if (lastProblem === undefined && run !== undefined) {
        const status = statuses[outcome?.stopped ?? "completed"];
        await request("POST", "runs/update", { run_id: run, status, end_time: Date.now() });
      } else tell(lastProblem);
    },
  };
  return {
    ...harmless(hooks, tell),
    state: () => ({ run }),
    restore: (state) => {
      const saved = typeof state === "object" && state !== null ? Reflect.get(state, "run") : undefined;
      if (typeof saved === "string") run = saved;
    },
  };
};
