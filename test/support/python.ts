import { spawnSync } from "node:child_process";

/** A Python that has a module: that of STEEPEST_PYTHON, or python3 on the PATH; undefined where there is none. */
export const pythonWith = (module: string): string | undefined => {
  const python = process.env.STEEPEST_PYTHON ?? "python3";
  const find = `import importlib.util as u, sys; sys.exit(u.find_spec("${module}") is None)`;
  return spawnSync(python, ["-c", find]).status === 0 ? python : undefined;
};

/** What a skipped test is called, so that one sees why. */
export const withPython = (what: string, module: string, python: string | undefined): string =>
  python ? what : `${what} (skipped: no Python with ${module}; name one by STEEPEST_PYTHON)`;
