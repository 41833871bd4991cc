import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { parseHTML } from "linkedom";

/** Chromium or Chrome, where one is installed. */
export const chromium: string | undefined = [
  process.env.CHROME_PATH ?? "",
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
].find((path) => path !== "" && existsSync(path));

/**
 * Opens a page in frames of the given widths and returns what `measure`, the text of a function of the frame's document, says of
 * each as plain data.
 */
export const inBrowser = async <Measured>(
  html: string,
  widths: readonly number[],
  measure: string,
): Promise<Measured[]> => {
  if (chromium === undefined) throw new Error("there is no Chromium");
  const folder = await mkdtemp(join(tmpdir(), "report-"));
  try {
    const page = join(folder, "page.html");
    const text = (value: unknown) => JSON.stringify(value).replaceAll("<", "\\u003c");
    await writeFile(
      page,
      `<!doctype html><meta charset="utf-8"><body><script>
      const measure = ${measure};
      const results = Promise.all(${text(widths)}.map((width) => new Promise((resolve) => {
        const frame = document.createElement("iframe");
        Object.assign(frame.style, { width: width + "px", height: "900px", border: 0 });
        frame.onload = () => resolve(measure(frame.contentDocument));
        frame.srcdoc = ${text(html)};
        document.body.append(frame);
      })));
      results.then((all) => { document.body.replaceChildren(); document.body.textContent = JSON.stringify(all); });
      </script></body>`,
    );
    const { stdout } = await promisify(execFile)(
      chromium,
      [
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--hide-scrollbars",
        `--user-data-dir=${join(folder, "profile")}`,
        "--window-size=1400,1000",
        "--virtual-time-budget=10000",
        "--dump-dom",
        `file://${page}`,
      ],
      { maxBuffer: 1e8 },
    );
    return JSON.parse(parseHTML(stdout).document.body.textContent ?? "") as Measured[];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
