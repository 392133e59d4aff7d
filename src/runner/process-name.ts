import type { Companion } from "./companion";

/** Lists of processes show the name that an application has for its process, where it has one. */
export const processNamed: Companion = {
  made({ application, world }) {
    const { processName } = (application ?? {}) as { readonly processName?: unknown };
    if (typeof processName === "string" && processName !== "") world.setTitle(processName);
  },
};
