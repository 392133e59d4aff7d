import type { ToWhere } from "../endpoint/client-endpoint";

/** Whether it is where to connect to already, and not what one is made of. */
export const isEndpoint = (where: string | object): where is ToWhere =>
  typeof where === "string" || "connect" in where;
