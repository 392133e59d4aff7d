/** Reads a file that decides who may log in, and refuses one that somebody else could have written. */
import { TrustedFiles, type Trust } from "../base/trusted-files";
import { NoPasswordFileError, PasswordFileError, PasswordFilePermissionError } from "./errors";

const passwordFiles = new TrustedFiles({
  absent: (problem, options) => new NoPasswordFileError(problem, options),
  denied: (problem, options) => new PasswordFilePermissionError(problem, options),
  unfit: (problem, options) => new PasswordFileError(problem, options),
});

export interface ReadText {
  readonly text: string;
  /** Another one, as soon as the file was changed or replaced. */
  readonly stamp: string;
}

/** Tells one state of a file from another without reading it. */
export const stampOf = (path: string): Promise<string> => passwordFiles.stampOf(path);

/**
 * Reads it. What is checked is what is read: the very file that was opened.
 *
 * @throws NoPasswordFileError, PasswordFilePermissionError, PasswordFileError
 */
export async function readTrustedFile(path: string, trust: Trust): Promise<ReadText> {
  const { bytes, stamp } = await passwordFiles.read(path, trust);
  return { text: textOf(bytes), stamp };
}

/**
 * Looks at the place where a file is to be made.
 *
 * @throws NoPasswordFileError, PasswordFilePermissionError, PasswordFileError
 */
export const refuseUntrustedPlace = (path: string): Promise<void> => passwordFiles.refuseUntrustedPlace(path);

/** What Node says of a file, in words and in the class of error that says whose fault it is. */
export const inWords = <T>(path: string, work: () => Promise<T>): Promise<T> =>
  passwordFiles.inWords(path, work);

/** The same for something that was thrown already; anything that is not about a file stays as it is. */
export const fileError = (error: unknown): unknown => passwordFiles.fileError(error);

function textOf(bytes: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    const line = lineOfFault(bytes);
    throw new PasswordFileError(`line ${line} is not UTF-8`, { cause: error });
  }
}

function lineOfFault(bytes: Buffer): number {
  const lines = bytes.toString("latin1").split("\n");
  const isBroken = (line: string): boolean => {
    const again = Buffer.from(line, "latin1");
    return !Buffer.from(again.toString("utf8"), "utf8").equals(again);
  };
  return lines.findIndex(isBroken) + 1;
}
