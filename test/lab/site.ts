import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  type Page,
  chromium as playwright,
} from "playwright-core";
import { serve } from "../../lab/server/serve.js";
import { isFresh, siteFolder } from "../../lab/server/site.js";
import { chromium } from "../support/chromium.js";

/** A page of the site, with all that went wrong in it. */
export interface Visit {
  readonly page: Page;
  /** Errors and warnings of the console, requests to other hosts and requests that failed. */
  readonly problems: string[];
}

export interface VisitOptions extends BrowserContextOptions {
  /** Whether nothing is kept from other visits. */
  readonly first?: boolean;
}

export interface Site {
  readonly address: string;
  readonly visit: (path: string, options?: VisitOptions) => Promise<Visit>;
  readonly close: () => Promise<void>;
}

/** What is said of service workers, which only the visit that tests them has: each would fetch the whole site. */
const blocked = /^Service Worker registration blocked by Playwright/;

const root = fileURLToPath(new URL("../..", import.meta.url));

/** In a process of its own, without what tests set in theirs. */
const buildSite = async (): Promise<void> => {
  const { NODE_ENV: _none, VITEST: _neither, ...env } = process.env;
  const args = ["node_modules/tsx/dist/cli.mjs", "lab/main.ts", "build", "--without-reference"];
  await promisify(execFile)(process.execPath, args, { cwd: root, env, maxBuffer: 1e8 });
};

/** The site, built where it is not up to date (without the reference, which no test here reads), served, and opened in Chromium. */
export const openSite = async (): Promise<Site> => {
  if (!isFresh()) await buildSite();
  const { address, server } = await serve(siteFolder, { port: 0, host: "127.0.0.1" });
  const browser: Browser = await playwright.launch({
    ...(chromium === undefined ? {} : { executablePath: chromium }),
    // Compiling the runtime once more, for speed, in every page would take longer than all that is computed here.
    args: ["--no-sandbox", "--js-flags=--liftoff-only"],
  });
  const contexts = new Map<string, Promise<BrowserContext>>();
  const newContext = async (options: BrowserContextOptions): Promise<BrowserContext> => {
    const context = await browser.newContext({
      viewport: { width: 1280, height: 900 },
      serviceWorkers: "block",
      ...options,
    });
    await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: address.slice(0, -1) });
    return context;
  };
  /** Visits with the same options share what the browser keeps, which saves most of the time that a page takes. */
  const contextWith = ({ first = false, ...options }: VisitOptions): Promise<BrowserContext> => {
    if (first) return newContext(options);
    const key = JSON.stringify(options);
    const context = contexts.get(key) ?? newContext(options);
    contexts.set(key, context);
    return context;
  };
  return {
    address,
    visit: async (path, options = {}) => {
      const page = await (await contextWith(options)).newPage();
      const problems: string[] = [];
      page.on("console", (message) => {
        const text = message.text();
        if (["error", "warning"].includes(message.type()) && !blocked.test(text)) {
          problems.push(text.slice(0, 300));
        }
      });
      page.on("pageerror", (error) => problems.push(String(error)));
      page.on("request", (request) => {
        const url = request.url();
        if (!url.startsWith(address) && !/^(data|blob):/.test(url)) problems.push(`request to ${url}`);
      });
      page.on("requestfailed", (request) => problems.push(`failed: ${request.url()}`));
      await page.goto(address + path);
      return { page, problems };
    },
    close: async () => {
      await browser.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

/** Waits until the figure of a page shows a result that is not older than what was set. */
export const ready = async (page: Page): Promise<void> => {
  await page.waitForSelector('.lab-figure[data-state="shown"]', { timeout: 30_000 });
};
