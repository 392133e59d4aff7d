import type * as Children from "node:child_process";
import { SourceDownError, UselessSourceError } from "../_errors";

/** Milliseconds that a directory behind getent has to answer. */
const PATIENCE = 10_000;
const LARGEST = 64 * 1024 * 1024;

/** The lines of one of the system's databases. */
export type Getent = (database: "passwd" | "shadow") => Promise<readonly string[]>;

/** As getent(1) lists them. Of what may not be read it lists nothing. */
export const getent: Getent = (database) => {
  const { execFile }: typeof Children = process.getBuiltinModule("node:child_process");
  return new Promise((resolve, reject) => {
    execFile("getent", [database], { timeout: PATIENCE, maxBuffer: LARGEST }, (error, stdout) => {
      if (error) reject(inWords(error, database));
      else resolve(stdout.split("\n").filter((line) => line !== ""));
    });
  });
};

function inWords(cause: Children.ExecFileException, database: string): Error {
  if ((cause.code as unknown) === "ENOENT")
    return new UselessSourceError("it asks getent(1), which this system does not have", { cause });
  return new SourceDownError(`getent ${database} failed: ${cause.message.trim()}`, { cause });
}
