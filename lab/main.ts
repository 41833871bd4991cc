import { parseArgs } from "node:util";
import { type Building, serve } from "./server/serve.js";
import { buildSite, isFresh, siteFolder } from "./server/site.js";

/**
 *     npm run lab                                   serves the site on the loopback address, and builds it where it is not up to date
 *     npm run lab -- --port 8080 --host 0.0.0.0     elsewhere
 *     npm run lab:build                             plain files in lab/dist, for any static host
 *     npm run lab:build -- --base /steepest/        for a host where the site lies in a folder
 *     npm run lab:build -- --without-reference      sooner, without the reference made anew
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    port: { type: "string" },
    host: { type: "string" },
    base: { type: "string" },
    "without-reference": { type: "boolean" },
  },
});

const stop = (problem: string): never => {
  console.error(problem);
  process.exit(2);
};

const portOf = (text: string): number => {
  const port = Number(text);
  return Number.isInteger(port) && port >= 0 && port <= 65_535
    ? port
    : stop(`--port ${text}: expected a whole number from 0 to 65535`);
};

const serveSite = async (): Promise<void> => {
  if (values.base !== undefined) stop("--base is for npm run lab:build");
  const building: Building = { done: isFresh() };
  const options = { port: portOf(values.port ?? "4173"), host: values.host ?? "127.0.0.1", building };
  const { address } = await serve(siteFolder, options).catch((error: NodeJS.ErrnoException) =>
    stop(
      error.code === "EADDRINUSE"
        ? `port ${options.port} is in use; choose another, as in npm run lab -- --port 4174`
        : `the site cannot be served on ${options.host}:${options.port}: ${error.message}`,
    ),
  );
  console.log(`${address}${building.done ? "" : "   (being built: half a minute)"}`);
  if (building.done) return;
  try {
    await buildSite();
    building.done = true;
    console.log("the site is built");
  } catch (error) {
    building.problem = error instanceof Error ? (error.stack ?? error.message) : String(error);
    console.error(building.problem);
  }
};

const [command] = positionals;
if (command === "build") {
  if (values.port !== undefined || values.host !== undefined) stop("--port and --host are for npm run lab");
  const { base = "/" } = values;
  if (!/^\/(.*\/)?$/.test(base)) stop(`--base ${base}: expected a path such as /steepest/`);
  await buildSite({ base, reference: values["without-reference"] !== true });
  console.log(siteFolder);
} else if (command === "serve") {
  await serveSite();
} else {
  stop(`expected serve or build, got ${command ?? "nothing"}`);
}
