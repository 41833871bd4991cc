/** The page of Steepest: trains in a worker of its own, and leaves the answer where the benchmark finds it. */
const worker = new Worker("worker.js", { type: "module" });
worker.onmessage = ({ data }) => Object.assign(globalThis, { result: data });
worker.postMessage(JSON.parse(decodeURIComponent(location.hash.slice(1))));
