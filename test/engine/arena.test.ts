import { afterEach, expect, it, vi } from "vitest";
import { Layout } from "../../src/engine/arena.js";
import { SteepestError } from "../../src/index.js";

afterEach(() => vi.unstubAllGlobals());

it("says so where the machine does not give the memory", () => {
  class Memory {
    constructor() {
      throw new RangeError("WebAssembly.Memory(): could not allocate memory");
    }
  }
  vi.stubGlobal("WebAssembly", { ...WebAssembly, Memory });
  const layout = new Layout();
  layout.reserve(2 ** 20);
  expect(() => layout.allocate()).toThrow(SteepestError);
  expect(() => layout.allocate()).toThrow(/training needs 4 MiB.*this machine does not give/);
});
