import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import { type Browser, chromium as driver } from "playwright-core";
import { chromium } from "./chromium.js";

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".css": "text/css",
  ".wasm": "application/wasm",
};

const policy = [
  "default-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self' blob:",
  "img-src 'self' data: blob:",
].join("; ");

export interface SiteOptions {
  /** Whether pages are cross-origin isolated, so that threads share memory. */
  readonly isolated?: boolean;
  /** Whether pages have the content security policy. @defaultValue true */
  readonly policy?: boolean;
}

export interface Site {
  readonly address: string;
  readonly close: () => void;
}

/** Serves a folder on the loopback address, under a content security policy that runs no texts as code. */
export const serve = async (
  folder: string,
  { isolated = false, policy: withPolicy = true }: SiteOptions = {},
): Promise<Site> => {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    const file = join(folder, pathname.endsWith("/") ? `${pathname}index.html` : pathname);
    const content = await readFile(file).catch(() => undefined);
    response.writeHead(content ? 200 : 404, {
      "content-type": types[extname(file)] ?? "application/octet-stream",
      ...(withPolicy && { "content-security-policy": policy }),
      ...(isolated && {
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-embedder-policy": "require-corp",
      }),
    });
    response.end(content);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => void server.close(),
  };
};

/** Starts Chromium. */
export const launch = (...args: string[]): Promise<Browser> => {
  if (chromium === undefined) throw new Error("there is no Chromium");
  return driver.launch({ executablePath: chromium, args: ["--no-sandbox", ...args] });
};

/** What a page came to: the result that it leaves as `globalThis.result`, and all that went wrong or left its own host on the way. */
export interface Visit<Result> {
  readonly result: Result;
  readonly problems: readonly string[];
}

/** Opens a page and waits until it has left a result. */
export const visit = async <Result>(browser: Browser, address: string): Promise<Visit<Result>> => {
  const page = await browser.newPage();
  const problems: string[] = [];
  const { host } = new URL(address);
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) problems.push(message.text());
  });
  let broken = false;
  page.on("pageerror", ({ message }) => {
    problems.push(message);
    broken = true;
  });
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (["http:", "https:", "ws:"].includes(url.protocol) && url.host !== host) problems.push(request.url());
  });
  try {
    await page.goto(address);
    // Asked again and again: waiting for a condition runs a text as code, which the policy forbids.
    for (;;) {
      const result = await page.evaluate(() => (globalThis as { result?: unknown }).result);
      if (result !== undefined || broken) return { result: result as Result, problems };
      await new Promise((done) => setTimeout(done, 50));
    }
  } finally {
    await page.close();
  }
};
