import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "esbuild";
import type { Browser } from "playwright-core";
import { launch, serve, visit } from "../test/support/page.js";
import type { PageJob, PageTimes } from "./browser/job.js";
import { type Benchmark, formatTable } from "./harness.js";

const here = fileURLToPath(new URL(".", import.meta.url));
const root = join(here, "..");
const peers = join(here, "peers");

/** Networks by the names of our pages, and the jobs of the peers. */
const networks = [
  {
    name: "784-128-10, Adam",
    network: "dense",
    batch: 64,
    job: { task: "mlp", layers: [784, 128, 10], batch: 64, optimizer: "adam" },
  },
  {
    name: "LeNet-5, momentum",
    network: "lenet5",
    batch: 64,
    job: { task: "cnn", networks: [["lenet5", 64]] },
  },
] as const;

const budget = { steps: 5000, warmup: 20, seconds: 6 };

/** In a page a peer has another place to run in. */
const inPages: Plugin = {
  name: "pages",
  setup: ({ onResolve }) => {
    onResolve({ filter: /^\.\/(place|tensorflow)\.mjs$/ }, ({ path }) => ({
      path: join(peers, path.replace(".mjs", ".page.mjs")),
    }));
  },
};

const page = (folder: string, script: string): void => {
  writeFileSync(
    join(folder, "index.html"),
    `<!doctype html><link rel="icon" href="data:,"><script type="module" src="${script}"></script>`,
  );
};

/** The pages of Steepest and of the peers that are installed, each in a folder of its own. */
const buildSite = async (site: string): Promise<string[]> => {
  execFileSync(process.execPath, ["scripts/build.js"], { cwd: root });
  const common = { bundle: true, format: "esm", minify: true, logLevel: "error", target: "es2022" } as const;
  const ours = join(site, "steepest");
  mkdirSync(ours);
  await build({
    ...common,
    entryPoints: [join(here, "browser/page.ts"), join(here, "browser/worker.ts")],
    outdir: ours,
    nodePaths: [join(root, "node_modules")],
    tsconfigRaw: "{}",
  });
  cpSync(join(root, "dist/engine/web/runtime"), join(ours, "runtime"), { recursive: true });
  page(ours, "page.js");
  if (!existsSync(join(peers, "node_modules"))) return [];
  for (const name of ["tfjs-wasm", "jax-js"]) {
    const folder = join(site, name);
    mkdirSync(folder);
    await build({ ...common, entryPoints: [join(peers, `${name}.mjs`)], outdir: folder, plugins: [inPages] });
    page(folder, `${name}.js`);
  }
  cpSync(join(peers, "node_modules/@tensorflow/tfjs-backend-wasm/wasm-out"), join(site, "tfjs"), {
    recursive: true,
  });
  return ["tfjs-wasm", "jax-js"];
};

const versions = (): Record<string, string> =>
  Object.fromEntries(
    ["@tensorflow/tfjs", "@jax-js/jax"].map((name) => [
      name,
      JSON.parse(readFileSync(join(peers, "node_modules", name, "package.json"), "utf8")).version,
    ]),
  );

interface Row {
  readonly network: string;
  readonly library: string;
  readonly variant?: string;
  readonly threads?: number;
  readonly stepMs?: number;
  readonly minMs?: number;
  readonly loss?: readonly [number, number];
  readonly skipped?: string;
}

/** What a peer answers: a time, or one for each of its networks. */
type PeerAnswer = PageTimes & {
  readonly version: string;
  readonly threads: number;
  readonly rows?: readonly (Partial<PageTimes> & { readonly skipped?: string })[];
};

const asked = async <Answer>(browser: Browser, address: string, job: object): Promise<Answer> => {
  const { result, problems } = await visit<Answer>(
    browser,
    `${address}/#${encodeURIComponent(JSON.stringify(job))}`,
  );
  return result ?? ({ skipped: problems[0] ?? "no answer" } as Answer);
};

const peerRow = async (
  browser: Browser,
  address: string,
  { name, job }: (typeof networks)[number],
  library: string,
): Promise<Row> => {
  const answer = await asked<PeerAnswer & { readonly skipped?: string }>(browser, `${address}/${library}`, {
    ...budget,
    ...job,
    versions: versions(),
  });
  const times = answer.rows?.[0] ?? answer;
  const { variant, threads } = answer;
  const { stepMs, minMs, loss, skipped } = times;
  return {
    network: name,
    library,
    ...(skipped === undefined ? { variant, threads, stepMs, minMs, loss } : { skipped }),
  } as Row;
};

const benchmark: Benchmark = {
  name: "browser",
  describe:
    "training steps in Chromium of a dense network and of LeNet-5, on WebAssembly, beside TensorFlow.js and jax-js",
  run: async ({ peers: withPeers, threads, log }) => {
    const site = mkdtempSync(join(tmpdir(), "steepest-bench-"));
    const installed = await buildSite(site);
    const { address, close } = await serve(site, { isolated: true, policy: false });
    const browser = await launch();
    const rows: Row[] = [];
    try {
      for (const each of networks) {
        for (const count of new Set([1, threads])) {
          log(`  ${each.name}: steepest, ${count} threads`);
          const job: PageJob = { ...budget, network: each.network, batch: each.batch, threads: count };
          const times = await asked<PageTimes>(browser, `${address}/steepest`, job);
          rows.push({ network: each.name, library: "steepest", threads: count, ...times });
        }
        for (const library of withPeers ? installed : []) {
          log(`  ${each.name}: ${library}`);
          rows.push(await peerRow(browser, address, each, library));
        }
      }
    } finally {
      await browser.close();
      close();
      rmSync(site, { recursive: true, force: true });
    }
    const quickest = (name: string) =>
      Math.min(
        ...rows.flatMap(({ network, library, stepMs }) =>
          network === name && library === "steepest" && stepMs !== undefined ? [stepMs] : [],
        ),
      );
    const timed = rows.filter(({ stepMs }) => stepMs !== undefined);
    const table = formatTable(timed, [
      { title: "network", cell: ({ network }) => network },
      { title: "library", cell: ({ library }) => library },
      { title: "threads", cell: ({ threads: count }) => count },
      { title: "median (ms)", cell: ({ stepMs }) => stepMs },
      { title: "least (ms)", cell: ({ minMs }) => minMs },
      { title: "steps/s", cell: ({ stepMs }) => 1000 / (stepMs ?? Number.NaN) },
      { title: "times ours", cell: ({ network, stepMs }) => (stepMs ?? Number.NaN) / quickest(network) },
      { title: "last loss", cell: ({ loss }) => loss?.[1] },
    ]);
    const skipped = rows.flatMap(({ network, library, skipped: reason }) =>
      reason === undefined ? [] : [`${network} in ${library} skipped: ${reason}`],
    );
    const absent = installed.length === 0 ? ["the peers are not installed: npm ci --prefix bench/peers"] : [];
    return { row: { rows }, table: [table, ...skipped, ...absent].join("\n") };
  },
};

export default benchmark;
