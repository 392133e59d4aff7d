/** What a project imports from "appd". */
export { Logger, LEVELS, type Level, type LogMethod } from "./log/logger";
export {
  AppdError,
  CannotCreateError,
  ConfigurationError,
  Faults,
  NoInputError,
  NoPermissionError,
  SoftwareError,
  UnavailableError,
  UsageError,
  type ErrorCode,
} from "./base/errors";
