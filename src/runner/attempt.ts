import { PrivilegesError, PrivilegesSetupError } from "./errors";

/** Does what only root is permitted to. @throws PrivilegesError, PrivilegesSetupError */
export function attempt(what: string, act: () => void): void {
  try {
    act();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // Node refuses where io_uring could go on as the user that there was (CVE-2024-22017).
    if (code === "ERR_INVALID_STATE")
      throw new PrivilegesSetupError(
        "Node gives up no privileges where UV_USE_IO_URING is set: start without that variable",
      );
    throw new PrivilegesError(
      `the process can't ${what} (${code}), although it is root: a container may lack the capabilities SETUID and SETGID`,
      { cause: error },
    );
  }
}
