import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { asCsv } from "../../lab/parts/export.js";
import { initialState } from "../../lab/parts/link.js";
import { chromium } from "../support/chromium.js";
import { figures } from "./figures.js";
import { openSite, ready, type Site } from "./site.js";

const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

interface Finding {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly html: string }[];
}

/** What axe-core finds wrong with the figure and the page around it, where it is serious. */
const seriousFindings = async (page: Page): Promise<string[]> => {
  // Its own script tag would break the page's policy.
  await page.evaluate(await readFile(axe, "utf8"));
  const findings = (await page.evaluate(
    'axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) => violations.map(({ id, impact, nodes }) => ({ id, impact, nodes: nodes.map(({ html }) => ({ html })) })))',
  )) as Finding[];
  return findings
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 150)).join(" | ")}`);
};

/** Has the page count how long its thread was taken by one task. */
const watchLongTasks = (page: Page): Promise<void> =>
  page.evaluate(
    "globalThis.longest = 0; new PerformanceObserver((list) => { for (const { duration } of list.getEntries()) globalThis.longest = Math.max(globalThis.longest, duration); }).observe({ type: 'longtask' });",
  );

/** Waits until an expression is true in the page. Playwright's own way evaluates text there, which the policy forbids. */
const until = async (page: Page, expression: string): Promise<void> => {
  const end = Date.now() + 30_000;
  while (!(await page.evaluate(expression))) {
    if (Date.now() > end) throw new Error(`still not true after 30 seconds: ${expression}`);
    await page.waitForTimeout(50);
  }
};

const saved = async (page: Page, button: string): Promise<string> => {
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.locator(".exports").getByRole("button", { name: button, exact: true }).click(),
  ]);
  return readFile(await download.path(), "latin1");
};

/** Two texts that differ in nothing but the last digits of numbers: powers are rounded otherwise by other versions of V8. */
const expectSameNumbers = (actual: string, expected: string): void => {
  const number = /-?\d+(?:\.\d+)?(?:e[+-]?\d+)?/g;
  expect(actual.replaceAll(number, "#")).toBe(expected.replaceAll(number, "#"));
  const [found, wanted] = [actual, expected].map((text) => (text.match(number) ?? []).map(Number));
  wanted?.forEach((value, i) => {
    const difference = Math.abs((found?.[i] ?? Number.NaN) - value);
    expect(difference, `number ${i}: ${found?.[i]} in the page, ${value} in Node`).toBeLessThanOrEqual(
      1e-9 * Math.abs(value) + 1e-12,
    );
  });
};

describe.skipIf(chromium === undefined)("the lab in a browser (skipped where there is no Chromium)", () => {
  let site: Site;
  beforeAll(async () => {
    site = await openSite();
  }, 300_000);
  afterAll(() => site?.close());

  // Pages wait more than they compute: two at a time.
  describe.concurrent.each(figures)("the figure %s", (name, load) => {
    it("shows what the library computes in Node, and hands it out", async () => {
      const { definition, compute } = await load();
      const { page, problems } = await site.visit(`figures/${name}`);
      await ready(page);
      await page.locator(".exports summary").click();
      const state = initialState(definition.fields);
      const result = await compute(state);
      const csv = await saved(page, "CSV");
      const expected = Buffer.from(asCsv(definition.tables(result, state))).toString("latin1");
      expectSameNumbers(csv, expected);
      expect(await saved(page, "code")).toBe(Buffer.from(definition.code(state, result)).toString("latin1"));
      const svg = await saved(page, "SVG");
      expect(svg).toMatch(/^<svg xmlns/);
      expect(svg).not.toMatch(/var\(|class=/);
      expect((await saved(page, "PNG")).slice(1, 4)).toBe("PNG");
      expect(problems).toEqual([]);
      await page.close();
    });

    it("is moved by keyboard, pointer and finger, says so in its link, and goes back", async () => {
      const { page, problems } = await site.visit(`figures/${name}`, { hasTouch: true });
      await ready(page);
      await watchLongTasks(page);
      const handle = page.locator(".handle").first();
      const before = await handle.getAttribute("aria-valuetext");
      const moved = async (): Promise<string> => {
        await page.waitForTimeout(50);
        await ready(page);
        return (await handle.getAttribute("aria-valuetext")) ?? "";
      };
      await handle.focus();
      await page.keyboard.press("ArrowRight");
      const byKey = await moved();
      expect(byKey).not.toBe(before);
      // The link follows a little later.
      await page.waitForTimeout(250);
      const link = page.url();
      expect(link).toContain("=1~");

      const grip = (await handle.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
      const [x, y] = [grip.x + grip.width / 2, grip.y + grip.height / 2];
      await page.mouse.move(x, y);
      await page.mouse.down();
      for (let i = 1; i <= 20; i++) await page.mouse.move(x + 3 * i, y + i);
      await page.mouse.up();
      const byMouse = await moved();
      expect(byMouse).not.toBe(byKey);
      await page.keyboard.press("Control+z");
      expect(await moved()).toBe(byKey);
      await page.keyboard.press("Control+Shift+z");
      expect(await moved()).toBe(byMouse);

      const now = (await handle.boundingBox()) ?? grip;
      const [tx, ty] = [now.x + now.width / 2, now.y + now.height / 2];
      const session = await page.context().newCDPSession(page);
      const touch = (type: "touchStart" | "touchMove" | "touchEnd", at: number) =>
        session.send("Input.dispatchTouchEvent", {
          type,
          touchPoints: type === "touchEnd" ? [] : [{ x: tx - at, y: ty - at }],
        });
      await touch("touchStart", 0);
      for (let i = 1; i <= 10; i++) await touch("touchMove", 4 * i);
      await touch("touchEnd", 0);
      expect(await moved()).not.toBe(byMouse);

      await page.getByRole("button", { name: "reset" }).click();
      expect(await moved()).toBe(before);
      await page.waitForTimeout(250);
      expect(page.url()).not.toContain("=1~");
      // A quiet machine needs less than 50 ms; other tests may take the cores meanwhile.
      expect(await page.evaluate("globalThis.longest")).toBeLessThan(400);

      await page.goto(link);
      expect(await moved()).toBe(byKey);
      expect(problems).toEqual([]);
      await page.close();
    });

    it("has no serious finding of axe-core, light and dark, and fits a phone", async () => {
      const { page, problems } = await site.visit(`figures/${name}`, {
        colorScheme: "light",
        viewport: { width: 360, height: 740 },
        reducedMotion: "reduce",
      });
      await ready(page);
      await page.locator(".exports summary").click();
      await page.locator(".tables summary").click();
      expect(await seriousFindings(page)).toEqual([]);
      const beyond = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
      expect(await page.evaluate(beyond)).toBeLessThanOrEqual(0);
      await page.emulateMedia({ colorScheme: "dark" });
      await until(page, "document.documentElement.classList.contains('dark')");
      await page.waitForTimeout(300);
      expect(await seriousFindings(page)).toEqual([]);
      expect(problems).toEqual([]);
      await page.close();
    });
  });

  it("follows a link to try, plays, steps and reads its curves", async () => {
    const { page, problems } = await site.visit("figures/gradient-descent");
    await ready(page);
    const verdict = page.locator(".verdict").first();
    expect(await verdict.getAttribute("data-verdict")).toBe("held");
    await page.getByRole("link", { name: "η = 2.05/L" }).click();
    await ready(page);
    expect(await verdict.getAttribute("data-verdict")).toBe("not held");
    expect(await verdict.textContent()).toMatch(/first at step \d+/);
    await page.getByRole("button", { name: "to the start" }).click();
    await page.getByRole("button", { name: "one step on" }).click();
    expect(await page.locator(".player output").textContent()).toBe("1 / 40");
    await page.getByLabel("speed").selectOption("8");
    await page.getByRole("button", { name: "play" }).click();
    await until(page, "document.querySelector('.player output').textContent === '40 / 40'");
    const chart = page.getByRole("slider", {
      name: "Distance from the minimum, under its bound: readout along step t",
    });
    await chart.focus();
    await page.keyboard.press("ArrowLeft");
    expect(await chart.getAttribute("aria-valuetext")).toMatch(/^step t 39: f\(wₜ\) − f\* [\d.]+/);
    expect(problems).toEqual([]);
    await page.close();
  });

  it("says in place what is wrong with a link or an expression, and goes on", async () => {
    const { page } = await site.visit("figures/convexity?cv=1~q:7");
    await ready(page);
    expect(await page.locator(".problem").textContent()).toContain("does not know");
    await page.getByRole("button", { name: "reset" }).click();
    expect(await page.locator(".problem").count()).toBe(0);
    await page.getByRole("link", { name: "one of your own" }).click();
    await ready(page);
    const typed = page.getByLabel("f(x) =");
    await typed.fill("x^2 + foo(x)");
    await typed.press("Enter");
    await page.waitForSelector('.lab-figure[data-state="problem"]');
    expect(await page.locator(".problem").textContent()).toContain('"foo" at place 7 is not known');
    await typed.fill("log(x)");
    await typed.press("Enter");
    await until(page, "document.querySelector('.problem')?.textContent.includes('not finite')");
    await typed.fill("x^2");
    await typed.press("Enter");
    await ready(page);
    expect(await page.locator(".problem").count()).toBe(0);
    await page.close();
  });

  it("shows the figure alone for slides, without the parts that a link hides", async () => {
    const { page, problems } = await site.visit(
      "figures/momentum?embed=1&hide=controls,tries,export&mo=1~b:0.9",
    );
    await ready(page);
    expect(await page.locator(".VPNav").isVisible()).toBe(false);
    expect(await page.locator("h1").isVisible()).toBe(false);
    expect(await page.locator(".controls, .tries, .exports").count()).toBe(0);
    expect(await page.locator(".handle").nth(1).getAttribute("aria-valuetext")).toContain("β 0.9");
    expect(problems).toEqual([]);
    await page.close();
  });

  it("is isolated, asks no other host for anything, and works without a network after the first visit", async () => {
    const { page, problems } = await site.visit("lecture/convex-optimisation", {
      first: true,
      serviceWorkers: "allow",
    });
    await until(page, "document.querySelectorAll('.lab-figure[data-state=shown]').length === 3");
    expect(await page.evaluate("crossOriginIsolated")).toBe(true);
    await page.evaluate("navigator.serviceWorker.ready.then(() => true)");
    await until(
      page,
      "caches.keys().then(async ([name]) => name && (await (await caches.open(name)).keys()).some(({ url }) => url.endsWith('/lecture/the-cost-of-a-step')))",
    );
    await page.waitForTimeout(500);
    expect(problems).toEqual([]);
    await page.context().setOffline(true);
    await page.goto(`${site.address}figures/momentum`);
    await ready(page);
    await page.close();
  });

  it("is there within 300 kB, and reacts soon", async () => {
    const { page } = await site.visit("figures/gradient-descent", { first: true });
    await ready(page);
    const transferred = (await page.evaluate(
      "performance.getEntriesByType('resource').filter(({ name }) => !name.endsWith('sw.js')).reduce((sum, { transferSize }) => sum + transferSize, performance.getEntriesByType('navigation')[0].transferSize)",
    )) as number;
    expect(transferred).toBeGreaterThan(50_000);
    expect(transferred).toBeLessThan(300_000);
    await page.close();
  });
});
