import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { benchCommand } from "../../bench/harness/command.js";

const FIXTURES = fileURLToPath(new URL("./fixtures", import.meta.url));

async function bench(...args: string[]) {
  const written = { out: "", err: "" };
  const code = await benchCommand(args, FIXTURES, {
    out: (text) => {
      written.out += text;
    },
    err: (text) => {
      written.err += text;
    },
  });
  return { code, ...written };
}

it("--json prints one line with the name first and figures of six digits, the rest on stderr", async () => {
  const { code, out, err } = await bench("echo", "--json", "--no-peers", "--threads", "3");
  expect(code).toBe(0);
  expect(out).toBe('{"name":"echo","peers":false,"threads":3,"third":0.333333}\n');
  expect(err).toContain("working");
});

it("--json with several benchmarks is still one line", async () => {
  const { out } = await bench("echo", "echo", "--json");
  expect(out.trim().split("\n")).toHaveLength(1);
  expect(JSON.parse(out)).toHaveLength(2);
});

it("prints the table without --json, peers included by default", async () => {
  expect((await bench("echo")).out).toBe("the table\n\n");
  const { out } = await bench("echo", "--json");
  expect(JSON.parse(out)).toMatchObject({ peers: true });
});

it.each([
  [["nope"], 'bench: no benchmark "nope"; there are: echo, fails\n'],
  [["echo", "--threads", "0"], "bench: --threads 0: expected a whole number of at least 1\n"],
])("%j is a one-line error with exit code 2", async (args, message) => {
  expect(await bench(...args)).toEqual({ code: 2, out: "", err: message });
});

it("an unknown option is a one-line error with exit code 2", async () => {
  const { code, out, err } = await bench("echo", "--fast");
  expect({ code, out }).toEqual({ code: 2, out: "" });
  expect(err).toMatch(/^bench: .*--fast.*\n$/);
});

it("a benchmark that fails ends with exit code 1 and nothing on stdout", async () => {
  const { code, out, err } = await bench("fails", "--json");
  expect({ code, out }).toEqual({ code: 1, out: "" });
  expect(err).toContain("no such luck");
});

it("lists the benchmarks and explains itself", async () => {
  expect((await bench("--list")).out).toBe("echo: hands its options back\nfails: fails\n");
  expect((await bench("--help")).out).toMatch(/^Usage: /);
});
