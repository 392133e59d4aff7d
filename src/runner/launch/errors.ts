import { ConfigurationError, UsageError } from "../../base/errors";

/** `--daemon` with what does not go together with it. */
export class DaemonError extends UsageError {
  constructor(message: string) {
    super("APPD_DAEMON", message);
  }
}

/** Sockets were given to a command that can't hand them on. */
export class DaemonSocketsError extends ConfigurationError {
  constructor() {
    super(
      "APPD_DAEMON_SOCKETS",
      "--daemon can't hand on the sockets that this process was given (LISTEN_FDS); leave --daemon out: whoever gives sockets wants the service in the foreground",
    );
  }
}
