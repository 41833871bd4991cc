// A loop of one's own: gradients of several batches make one update, and what is measured decides when to end.
import { adam, batches, createTrainer, digits, linear, relu, sequential } from "steepest";

const { train, test } = digits({ train: 4000, test: 1000 });
const net = sequential((x) => x.mul(1 / 255), linear(128), relu(), linear(10));
const trainer = await createTrainer(net, {
  data: train,
  optimizer: adam({ learningRate: 1e-3 }),
  batchSize: 32,
});
for (let epoch = 0; epoch < 6; epoch++) {
  let parts = 0;
  for await (const batch of batches(train, { batchSize: 32, seed: 1, epoch })) {
    await trainer.accumulate(batch);
    parts += 1;
    if (parts % 4 === 0) await trainer.update();
  }
  if (parts % 4 !== 0) await trainer.update();
  const { loss, error } = await trainer.evaluate(test);
  console.log(`epoch ${epoch + 1}: loss ${loss.toFixed(4)}, test error ${error?.toFixed(2)} %`);
}
