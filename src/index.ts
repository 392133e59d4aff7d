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
export { Interface, SharedInterface, type InterfaceDecorator } from "./interface/interface";
export {
  directlyProvides,
  implementedBy,
  Implements,
  providedBy,
  provides,
  type AllOf,
} from "./interface/implements";
export { interfaceId, interfaceName, isInterface, type AbstractClass } from "./interface/record";
export { verifyClass, verifyObject } from "./interface/verify";
export { adapt, registerAdapter } from "./interface/adapters";
export { delay, describeInjectable, inject, injectable } from "./container/injectable";
export type { Class, ClassOrThunk, Delayed, Token } from "./container/token";
export type { Graph, Provider, Scope, Source } from "./container/provider";
export type { Requester } from "./container/frame";
export { IPlugin } from "./plugin/plugin";
export { Argument, Option, Parameter, Subcommand } from "./options/decorators";
