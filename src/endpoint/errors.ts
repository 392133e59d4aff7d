import {
  CannotCreateError,
  ConfigurationError,
  NoInputError,
  NoPermissionError,
  UnavailableError,
  UsageError,
  type ErrorCode,
} from "../base/errors";
import { isPrintable, quote } from "../base/text";

/** An endpoint string, or a port, that can't be what was meant. */
export class EndpointError extends UsageError {
  constructor(message: string, code: ErrorCode = "APPD_ENDPOINT", options?: ErrorOptions) {
    super(code, message, options);
  }
}

/** Somewhere to listen is not to be had: in use, or not on this machine. */
export class ListenError extends UnavailableError {}

/** Listening there is not permitted. */
export class ListenPermissionError extends NoPermissionError {}

/** The socket's file can't be made. */
export class ListenPathError extends CannotCreateError {}

/** What is wrong with an endpoint string, and where. */
export interface TextFault {
  /** The index of the character at which it is wrong. */
  readonly at: number;
  readonly problem: string;
  /** The part that is wrong, where it is not all of the text. */
  readonly got?: string;
  /** What is put behind it all, such as ` (did you mean "tcp"?)`. */
  readonly hint?: string | undefined;
  readonly cause?: unknown;
}

/**
 * An endpoint string that can't be what was meant: `endpoint "tcp:8o80": column 5: port must be …, got "8o80"`.
 * Columns count from 1.
 */
export class EndpointTextError extends EndpointError {
  readonly text: string;
  readonly fault: TextFault;

  constructor(text: string, fault: TextFault) {
    const { problem, got, hint = "", cause } = fault;
    const said = got === undefined ? problem : `${problem}, got ${quote(got)}`;
    const options = cause === undefined ? undefined : { cause };
    super(
      `endpoint ${whole(text)}: column ${columnOf(text, fault.at)}: ${said}${hint}`,
      "APPD_ENDPOINT",
      options,
    );
    this.text = text;
    this.fault = fault;
  }

  get column(): number {
    return columnOf(this.text, this.fault.at);
  }

  /** The same fault in a text that this one is part of. */
  within(text: string, at: number): EndpointTextError {
    return this.inOther(text, { ...this.fault, at });
  }

  protected inOther(text: string, fault: TextFault): EndpointTextError {
    return new EndpointTextError(text, fault);
  }
}

/** A kind that nobody knows; plugins may. */
export class UnknownEndpointKindError extends EndpointTextError {
  protected override inOther(text: string, fault: TextFault): EndpointTextError {
    return new UnknownEndpointKindError(text, fault);
  }
}

/** A kind that a plugin can't have: another has it, or it is no name. */
export class EndpointKindError extends ConfigurationError {
  constructor(message: string) {
    super("APPD_ENDPOINT_KIND", message);
  }
}

/** A character of two halves is one column. */
const columnOf = (text: string, at: number): number => Array.from(text.slice(0, at)).length + 1;

const LONGEST = 300;

/** All of the text, so that the column says something, unless a terminal would not show it so. */
const whole = (text: string): string =>
  text.length <= LONGEST && isPrintable(text) ? `"${text}"` : quote(text);

/**
 * A client could not connect: refused, no answer in time, no such name, a certificate that is not trusted. The
 * message says where to, what was found and what was tried; Node's error is the `cause`.
 */
export class ConnectError extends UnavailableError {}

/** A file with a certificate, or with its key, is not there. */
export class NoCertificateError extends NoInputError {
  constructor(problem: string, options?: ErrorOptions) {
    super("APPD_NO_CERTIFICATE", problem, options);
  }
}

/** A file with a certificate, or with its key, may not be read by whom the process runs as. */
export class CertificatePermissionError extends NoPermissionError {
  constructor(problem: string, options?: ErrorOptions) {
    super("APPD_CERTIFICATE_PERMISSION", problem, options);
  }
}

/** A certificate, or its key, is broken, not safe to rely on, or does not fit the rest. */
export class CertificateError extends ConfigurationError {
  constructor(problem: string, options?: ErrorOptions) {
    super("APPD_CERTIFICATE", problem, options);
  }
}
