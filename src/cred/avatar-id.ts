/**
 * Who has not said who he is. A symbol, so that no user name can be it by accident; the same in every copy of
 * appd.
 */
export const ANONYMOUS: unique symbol = Symbol.for("appd:ANONYMOUS");

/** What a checker says of someone who may log in: a name that is not empty, or {@link ANONYMOUS}. */
export type AvatarId = string | typeof ANONYMOUS;

/** Whether a checker's answer names anybody: nothing, an empty name and the like never log anyone in. */
export function isAvatarId(answer: unknown): answer is AvatarId {
  return answer === ANONYMOUS || (typeof answer === "string" && answer !== "");
}
