import { figure } from "../../parts/definition.js";
import { definition } from "./definition.js";
import Picture from "./Picture.vue";

export default figure(definition, Picture);
