import { AppdError } from "../base/errors";
import { thrownText } from "./thrown-text";

/** Why a file could not be loaded, in one line, with what to do where that is known. */
export function explained(error: unknown, file: string): string {
  if (error instanceof AppdError) return error.message.replace(`${file}: `, "");
  return thrownText(error);
}
