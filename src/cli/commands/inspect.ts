import { Command } from "commander";
import { dtypeOf } from "../../graph/dtype.js";
import { formatShape } from "../../graph/shape.js";
import type { ValueInfoProto } from "../../onnx/schema.js";
import { modelCosts } from "../model-costs.js";
import { readModelFile } from "../model-file.js";
import { count, say, sayJson } from "../output.js";

const describeValue = ({ name, type }: ValueInfoProto) => ({
  name,
  dtype: dtypeOf(type?.tensorType?.elemType) ?? `type ${type?.tensorType?.elemType ?? "unknown"}`,
  shape: type?.tensorType?.shape?.dim?.map(({ dimValue, dimParam }) => dimParam || (dimValue ?? "?")) ?? [],
});

const inspect = async (given: string, { json = false }: { json?: boolean }) => {
  const { path, bytes, proto } = await readModelFile(given);
  const { node = [], initializer = [], input = [], output = [] } = proto.graph;
  const stored = new Set(initializer.map(({ name }) => name));
  const operators = new Map<string, number>();
  for (const { opType } of node) operators.set(opType, (operators.get(opType) ?? 0) + 1);
  const parameters = initializer
    .map(({ name = "", dims = [], dataType }) => ({
      name,
      shape: dims,
      dtype: dtypeOf(dataType) ?? `type ${dataType}`,
      size: dims.reduce((a, b) => a * b, 1),
    }))
    .filter(({ dtype }) => dtype === "float32" || dtype === "float64");
  const costs = await modelCosts(path);
  const products = typeof costs === "string" ? [] : costs;
  const multiplyAdds =
    typeof costs === "string" ? null : products.reduce((sum, product) => sum + product.multiplyAdds, 0);
  const facts = {
    file: path,
    bytes: bytes.length,
    producer: [proto.producerName, proto.producerVersion].filter(Boolean).join(" "),
    irVersion: proto.irVersion,
    opsets: Object.fromEntries(
      proto.opsetImport.map(({ domain, version }) => [domain || "ai.onnx", version]),
    ),
    inputs: input.filter(({ name }) => !stored.has(name)).map(describeValue),
    outputs: output.map(describeValue),
    operators: Object.fromEntries([...operators].sort()),
    parameters,
    parameterCount: parameters.reduce((sum, { size }) => sum + size, 0),
    multiplyAdds,
    products,
    metadata: Object.fromEntries(proto.metadataProps?.map(({ key, value }) => [key, value]) ?? []),
  };
  if (json) return sayJson(facts);
  const value = ({ name, dtype, shape }: ReturnType<typeof describeValue>) =>
    `  ${name}  ${dtype} [${shape.join(", ")}]`;
  say(`${path}: ${count(facts.bytes)} bytes, written by ${facts.producer || "an unnamed producer"}`);
  say(
    `opset ${Object.entries(facts.opsets)
      .map(([domain, n]) => `${domain} ${n}`)
      .join(", ")}, IR version ${facts.irVersion}`,
  );
  say(`\ninputs\n${facts.inputs.map(value).join("\n")}\n\noutputs\n${facts.outputs.map(value).join("\n")}`);
  say(
    `\noperators\n${[...operators]
      .sort()
      .map(([type, n]) => `  ${type.padEnd(18)} ${n}`)
      .join("\n")}`,
  );
  say(`\nparameters (${count(facts.parameterCount)} numbers)`);
  for (const { name, shape, size } of parameters) {
    say(`  ${name.padEnd(24)} ${`[${shape.join(", ")}]`.padEnd(16)} ${count(size).padStart(12)}`);
  }
  if (typeof costs === "string") say(`\nmultiply-adds are not known: ${costs}`);
  else {
    say(`\nmultiply-adds (${count(multiplyAdds ?? 0)} for one example)`);
    for (const { weights, output, multiplyAdds } of products) {
      say(
        `  ${(weights || "–").padEnd(24)} ${formatShape(output).padEnd(16)} ${count(multiplyAdds).padStart(12)}`,
      );
    }
  }
  for (const [key, text] of Object.entries(facts.metadata)) say(`\n${key}\n  ${text}`);
};

export const inspectCommand = (): Command =>
  new Command("inspect")
    .description("Prints a model's inputs, outputs, operators, parameters, multiply-adds and metadata.")
    .argument("<model>", "an ONNX file, or a run folder")
    .option("--json", "one line of JSON instead of text")
    .action(inspect);
