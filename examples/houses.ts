// Writes the table of invented houses that the README's commands read: npx tsx examples/houses.ts > examples/houses.csv
import { random } from "steepest";

const draws = random(1, "houses");
const between = (low: number, high: number) => low + (high - low) * draws.uniform();
const districts = ["centre", "harbour", "hills"];

console.log("area,rooms,age,district,price");
for (let i = 0; i < 200; i++) {
  const district = Math.floor(3 * draws.uniform());
  const area = Math.round(between(40, 220));
  const rooms = Math.max(1, Math.round(area / 30 + draws.normal()));
  const age = Math.round(between(0, 90));
  const price =
    60_000 + 2400 * area + 9000 * rooms - 700 * age + 45_000 * (2 - district) + 20_000 * draws.normal();
  console.log([area, rooms, age, districts[district], Math.round(price / 500) * 500].join(","));
}
