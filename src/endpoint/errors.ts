import { UsageError, type ErrorCode } from "../base/errors";

/** An endpoint string, or a port, that can't be what was meant. */
export class EndpointError extends UsageError {
  constructor(message: string, code: ErrorCode = "APPD_ENDPOINT") {
    super(code, message);
  }
}
