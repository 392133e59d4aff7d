import { SoftwareError, UnavailableError } from "../base/errors";

/** What a timer was told can't be: a step, a cron expression, a time zone. */
export class TimerError extends SoftwareError {}

/** What a service was made with can't be: an amount that is none, something to call that is no function. */
export class ServiceOptionError extends SoftwareError {
  constructor(message: string) {
    super("APPD_SERVICE_OPTION", message);
  }
}

/** What was waited for will not come: a client service was stopped, or is. */
export class ConnectionCancelled extends UnavailableError {
  constructor(label: string) {
    super("APPD_CONNECTION_CANCELLED", `${label} is stopped, and connects no more`);
  }
}

/** The peer closed a connection before the client that made it was done preparing it. */
export class ConnectionLost extends UnavailableError {
  constructor(description: string, options?: ErrorOptions) {
    super("APPD_CONNECTION_LOST", `the connection to ${description} was closed before it was ready`, options);
  }
}

/** A process monitor was asked for what it can't do: a name that it does not know or has, a process without a command. */
export class ProcessError extends SoftwareError {}

/** A datagram could not be sent. */
export class SendError extends UnavailableError {
  constructor(to: string, why: string, options?: ErrorOptions) {
    super("APPD_SEND", `can't send a datagram to ${to}: ${why}`, options);
  }
}

/** What a multicast server was told to do is not to be done with its socket. */
export class MulticastError extends UnavailableError {
  constructor(what: string, why: string, options?: ErrorOptions) {
    super("APPD_MULTICAST", `can't ${what}: ${why}`, options);
  }
}
