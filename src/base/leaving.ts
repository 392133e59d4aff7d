/**
 * What the process tells whoever keeps caches when it is about to become another user, or to go to another root:
 * now is the last time that they can write them. The command's first file shares no code with the others, only this.
 */
export const LEAVING = Symbol.for("appd:leaving");
