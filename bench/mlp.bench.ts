import { nodeEngine } from "../src/engine/node.js";
import { input, matmul } from "../src/graph/index.js";
import { dropout, linear, relu, sequential } from "../src/nn/index.js";
import { writeModel } from "../src/onnx/write.js";
import { maxNorm } from "../src/optim/constraints.js";
import { version } from "../src/version.js";
import { denseFlops, training } from "./harness/training.js";
import {
  type Benchmark,
  formatTable,
  PEERS,
  race,
  ratioOf,
  runPeer,
  stepTable,
  undisturbed,
} from "./harness.js";

const LAYERS = [784, 1024, 1024, 1024, 10];
const BATCH = 128;
const PRODUCT = 2048;

const plain = () => sequential(linear(1024), relu(), linear(1024), relu(), linear(1024), relu(), linear(10));

const thinned = () =>
  sequential(
    dropout({ keep: 0.8 }),
    ...[1024, 1024, 1024].flatMap((units) => [linear(units), relu(), dropout({ keep: 0.5 })]),
    linear(10),
  );

/** The engine's own product of two square matrices: what the machine can do at best. */
const matrixProduct = async (threads: number) => {
  const shape = [PRODUCT, PRODUCT];
  const [a, b] = [input("a", shape), input("b", shape)];
  const session = await nodeEngine.load(writeModel({ inputs: [a, b], outputs: { y: matmul(a, b) } }), {
    threads,
  });
  const matrix = () =>
    ({ dtype: "float32", shape, data: new Float32Array(PRODUCT ** 2).map((_, i) => (i % 7) - 3) }) as const;
  const { run } = session.bind({ a: matrix(), b: matrix() }, { y: matrix() });
  return { run, release: () => session.release() };
};

/** The engine as it is where threads cannot share memory with it: the update runs on the thread that calls. */
const { sharing: _, ...oneThreadUpdates } = nodeEngine;

const benchmark: Benchmark = {
  name: "mlp",
  describe: `a training step of ${LAYERS.join("-")}, batch ${BATCH}, Adam, against the machine's matrix product`,
  run: async ({ peers: withPeers, threads, log }) => {
    const job = { input: [784], classes: 10, batch: BATCH, threads };
    const step = await training({ net: plain(), ...job });
    const alone = await training({ net: plain(), engine: oneThreadUpdates, ...job });
    const regularised = await training({ net: thinned(), constraint: maxNorm(2), ...job });
    const product = await matrixProduct(threads);
    log("  steps, steps with the update on one thread, regularised steps and matrix products in turns");
    const times = await race(
      { step: step.step, alone: alone.step, regularised: regularised.step, product: product.run },
      { rounds: 60, turn: 80 },
    );
    for (const { release } of [step, alone, regularised, product]) await release();

    const flops = denseFlops(LAYERS, BATCH);
    const productFlops = 2 * PRODUCT ** 3;
    // Neighbours on the machine only ever add time, and more to a step, whose threads meet forty times, than to one product:
    // the quickest turn of each says what the software does, the median what was left of it.
    const efficiency = (flops / productFlops) * (undisturbed(times.product) / undisturbed(times.step));
    const efficiencyMedian = (flops / productFlops) * ratioOf(times.product, times.step);
    // Above 1 where the update gains from the other threads.
    const updateGain = ratioOf(times.alone, times.step);
    const updateGainAtBest = undisturbed(times.alone) / undisturbed(times.step);
    const gigaflops = (count: number, milliseconds: number) => count / milliseconds / 1e6;
    const regularisedRatio = ratioOf(times.regularised, times.step);

    const peers = [];
    for (const name of withPeers ? PEERS : []) {
      log(`  ${name}`);
      peers.push(
        await runPeer(name, { task: "mlp", layers: LAYERS, batch: BATCH, optimizer: "adam", threads }),
      );
    }
    const ours = {
      name: "steepest",
      version,
      variant: "onnxruntime-node",
      threads,
      stepMs: times.step.median,
      minMs: times.step.min,
    };
    const figures = formatTable(
      [
        { name: "step", work: flops, time: times.step },
        { name: "step with its update on one thread", work: flops, time: times.alone },
        { name: "step with dropout and max-norm", work: flops, time: times.regularised },
        { name: `matrix product, ${PRODUCT} cubed`, work: productFlops, time: times.product },
      ],
      [
        { title: "what", cell: ({ name }) => name },
        { title: "median (ms)", cell: ({ time }) => time.median },
        { title: "least (ms)", cell: ({ time }) => time.min },
        { title: "GFLOP/s", cell: ({ work, time }) => gigaflops(work, time.median) },
        { title: "at best", cell: ({ work, time }) => gigaflops(work, undisturbed(time)) },
      ],
    );
    return {
      row: {
        stepMs: times.step.median,
        minMs: times.step.min,
        gflops: gigaflops(flops, times.step.median),
        matmulGflops: gigaflops(productFlops, times.product.median),
        efficiency,
        efficiencyMedian,
        updatedAloneMs: times.alone.median,
        updateGain,
        updateGainAtBest,
        regularisedMs: times.regularised.median,
        regularisedRatio,
        regularisedRatioAtBest: undisturbed(times.regularised) / undisturbed(times.step),
        flopsPerStep: flops,
        threads,
        peers,
      },
      table: [
        figures,
        `efficiency ${efficiency.toFixed(3)} in the quickest turns, median ${efficiencyMedian.toFixed(3)}; update on all threads: x ${updateGainAtBest.toFixed(3)} in the quickest turns, median ${updateGain.toFixed(3)}; dropout and max-norm x ${regularisedRatio.toFixed(3)}`,
        stepTable(ours, peers),
      ].join("\n\n"),
    };
  },
};

export default benchmark;
