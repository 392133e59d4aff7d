import type { ToWhere } from "../endpoint/client-endpoint";

/** Whether it is where to connect to already, and not what one is made of. */
export const isEndpoint = (where: string | object): where is ToWhere =>
  typeof where === "string" || "connect" in where;

/** Whether a text where a UNIX socket is meant is its path: endpoint strings begin with their kind and a colon. */
export const isPath = (where: string): boolean => !/^[a-z][a-z0-9+.-]*:/i.test(where);
