/** What a project imports from "appd". */
export {
  AppdError,
  CannotCreateError,
  ConfigurationError,
  Faults,
  MissingPeerError,
  NoInputError,
  NoPermissionError,
  SoftwareError,
  UnavailableError,
  UsageError,
  type ErrorCode,
} from "./base/errors";
export { neededPeer, optionalPeer } from "./base/optional-peer";
export type { Trust } from "./base/trusted-files";

export { Logger, LEVELS, type Level, type LogMethod } from "./log/logger";

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
export { getPlugins, type GetPluginsOptions } from "./plugin/get-plugins";

export type { Clock } from "./service/clock";
export { IService } from "./service/i-service";
export { IServiceCollection } from "./service/i-service-collection";
export { IProcess } from "./service/i-process";
export { Service } from "./service/service";
export type { ServiceState } from "./service/lifecycle";
export { MultiService } from "./service/multi-service";
export { Application, type ApplicationOptions } from "./service/application";
export type { Finished } from "./service/application-run";
export { Shutdown } from "./service/shutdown";
export { describeTree, type ServiceDescription } from "./service/describe-tree";
export { LateStart, LateStop, ServiceTreeError, StartCancelled, StopDeadline } from "./service/errors";

export {
  fetchHandler,
  nodeHandler,
  type FetchApp,
  type FetchHandler,
  type Listener,
  type NodeHandler,
} from "./http/listener";
export { ListenerError } from "./http/errors";

export { Argument, Option, Parameter, Subcommand } from "./options/decorators";
export type {
  ArgumentDetails,
  Choices,
  OptionDetails,
  ParameterDetails,
  SubcommandDetails,
  ValueTypeDetail,
} from "./options/details";
export {
  describeOptions,
  type DescribedField,
  type DescribedOptions,
  type DescribedSubcommand,
} from "./options/describe-options";
export type { Check, CheckVerdict } from "./options/declaration";
export {
  MalformedValueError,
  MissingOptionError,
  OptionDeclarationError,
  RefusedValueError,
  UnknownOptionError,
} from "./options/errors";

export type { Where } from "./endpoint/server-endpoint";
export {
  EndpointError,
  ListenError,
  ListenPathError,
  ListenPermissionError,
  ConnectError,
  EndpointKindError,
  EndpointTextError,
  CertificateError,
  CertificatePermissionError,
  NoCertificateError,
} from "./endpoint/errors";
export { TCPServerEndpoint, type TCPServerSettings } from "./endpoint/tcp-server-endpoint";
export { UNIXServerEndpoint, type UNIXServerSettings } from "./endpoint/unix-server-endpoint";
export { AdoptedStreamServerEndpoint } from "./endpoint/adopted-stream-server-endpoint";
export { SystemdServerEndpoint, type SystemdServerSettings } from "./endpoint/systemd-server-endpoint";
export {
  IStreamServerEndpoint,
  type ConnectionListener,
  type Inherited,
  type InheritedSocket,
  type ListeningPort,
  type SocketOptions,
} from "./endpoint/i-stream-server-endpoint";
export { HostnameEndpoint, type HostnameEndpointSettings } from "./endpoint/hostname-endpoint";
export { UNIXClientEndpoint, type UNIXClientEndpointSettings } from "./endpoint/unix-client-endpoint";
export { IStreamClientEndpoint } from "./endpoint/i-stream-client-endpoint";
export { StandardIOEndpoint } from "./endpoint/standard-io-endpoint";
export { quoteStringArgument } from "./endpoint/endpoint-text";
export { resolveServerEndpoint, serverFromString } from "./endpoint/server-from-string";
export { clientFromString, resolveClientEndpoint } from "./endpoint/client-from-string";
export type { ToWhere } from "./endpoint/client-endpoint";
export {
  IStreamServerEndpointStringParser,
  type NamedArguments,
} from "./endpoint/i-stream-server-endpoint-string-parser";
export { IStreamClientEndpointStringParser } from "./endpoint/i-stream-client-endpoint-string-parser";
export { TLSServerEndpoint } from "./endpoint/tls-server-endpoint";
export type { TLSServerSettings, TLSVersion } from "./endpoint/tls-settings";
export { TLSClientEndpoint, type TLSClientSettings } from "./endpoint/tls-client-endpoint";
export {
  HAProxyServerEndpoint,
  type HAProxyServerSettings,
  type Unbelieved,
} from "./endpoint/haproxy-server-endpoint";
export { carryAddresses, type SocketAddresses } from "./endpoint/socket-addresses";
export type { DatagramPlace, UDPPlaceSettings, UDPWhere } from "./endpoint/datagram-place";

export { ANONYMOUS, type AvatarId } from "./cred/avatar-id";
export { AllowAnonymousAccess } from "./cred/allow-anonymous-access";
export { Anonymous } from "./cred/anonymous";
export { BearerToken } from "./cred/bearer-token";
export { ICredentialsChecker, type LoginAttempt } from "./cred/checker";
export { ClientCertificate } from "./cred/client-certificate";
export {
  IAnonymous,
  IBearerToken,
  IClientCertificate,
  ICredentials,
  ISSHPrivateKey,
  IUsernameDigestHash,
  IUsernameHashedPassword,
  IUsernamePassword,
  type DigestAlgorithm,
} from "./cred/credentials";
export {
  CheckerUnavailable,
  LoginBusy,
  LoginDenied,
  LoginFailed,
  NoCheckerError,
  NotImplementedError,
  PortalClosedError,
  TooManyAttempts,
  Unauthorized,
  UnauthorizedLogin,
  UnhandledCredentials,
  ValidPublicKey,
  DigestFailed,
  HashError,
  NoPasswordFileError,
  PasswordFileError,
  PasswordFilePermissionError,
} from "./cred/errors";
export { InMemoryUsernamePasswordDatabase } from "./cred/in-memory-username-password-database";
export type { Peer } from "./cred/peer";
export { Portal, type PortalOptions } from "./cred/portal";
export { IRealm, type Granted } from "./cred/realm";
export { sameSecret } from "./cred/same-secret";
export type { Session, SessionFor } from "./cred/session";
export { SSHPrivateKey, type ShownKey } from "./cred/ssh-private-key";
export { UsernamePassword } from "./cred/username-password";
export { CramMD5Credentials } from "./cred/cram-md5-credentials";
export type { DigestFields } from "./cred/digest-fields";
export { DigestedCredentials, type DigestedRequest } from "./cred/digested-credentials";
export {
  DigestCredentialFactory,
  type DigestChallenge,
  type DigestDecoding,
} from "./cred/digest-credential-factory";
export { FilePasswordDB, type FilePasswordDBOptions } from "./cred/file-password-db";
export { hashQueue, HashQueue, type HashQueueOptions } from "./cred/hash-queue";
export { PasswordFile, readPasswordLines, type LineFormat } from "./cred/password-file";
export { TrustedContent, type ReadContent } from "./cred/trusted-content";
export { decoyOf, hashPassword, preferredHash, verifyPassword, type HashName } from "./cred/password-hash";
export type { ThrottleOptions } from "./cred/throttle";
export type { Allowance } from "./cred/throttle-table";

export { TCPServer, type ConnectionHandler, type TCPServerOptions } from "./internet/tcp-server";
export { TLSServer, type TLSServerOptions } from "./internet/tls-server";
export { UNIXServer, type UNIXServerOptions } from "./internet/unix-server";
export { ListeningService, type ListeningOptions } from "./internet/listening-service";
export {
  StreamServerEndpointService,
  type StreamServerOptions,
} from "./internet/stream-server-endpoint-service";
export type { Limits, Shed, ShedReason } from "./internet/admission";
export { TimerService, type TimerCall, type TimerServiceOptions } from "./internet/timer-service";
export { ProcessMonitor, type ProcessMonitorOptions, type ProcessStatus } from "./internet/process-monitor";
export type { ProcessState, RestartRule } from "./internet/monitored-process";
export type { ProcessOptions } from "./internet/process-run";
export {
  ProcessError,
  TimerError,
  ConnectionCancelled,
  ConnectionLost,
  MulticastError,
  SendError,
  ServiceOptionError,
} from "./internet/errors";
export { HTTPServer, type HTTPServerOptions, type UpgradeHandler } from "./internet/http-server";
export { ClientEndpoint, Endpoint } from "./internet/endpoint-option";
export { backoffPolicy, type BackoffOptions, type RetryPolicy } from "./internet/backoff-policy";
export { ClientService, type ClientServiceOptions } from "./internet/client-service";
export type { KeeperState } from "./internet/connection-keeper";
export { StreamClient, type StreamClientOptions } from "./internet/stream-client";
export { TCPClient } from "./internet/tcp-client";
export { TLSClient, type TLSClientPlace } from "./internet/tls-client";
export { UNIXClient } from "./internet/unix-client";
export type { HTTP2Options } from "./internet/http2-sessions";
export type {
  ServerWebSocket,
  WebSocketData,
  WebSocketHandler,
  WebSocketHandlers,
  WebSocketOptions,
} from "./internet/web-socket-options";
export {
  UDPServer,
  type DatagramHandler,
  type DatagramPeer,
  type Dropped,
  type UDPServerOptions,
} from "./internet/udp-server";
export {
  MulticastServer,
  type MulticastGroup,
  type MulticastServerOptions,
} from "./internet/multicast-server";

export { AuthArguments, type ArgumentsShape, type AuthArgument } from "./auth/auth-arguments";
export { ICheckerFactory, type FactorySurroundings } from "./auth/i-checker-factory";
export {
  InvalidAuthArgumentString,
  InvalidAuthType,
  StrcredException,
  UnsupportedInterfaces,
  NotGuardedError,
} from "./auth/errors";
export { avatarOf, sessionOf } from "./auth/avatar-of";
export { basic, type BasicOptions } from "./auth/basic";
export { bearer, type BearerOptions } from "./auth/bearer";
export { clientCertificate, type ClientCertificateOptions } from "./auth/client-certificate";
export { digest, type DigestOptions } from "./auth/digest";
export { guard } from "./auth/guard";
export type { Authorization, GuardedRequest, GuardScheme, Refused, Shown } from "./auth/guard-scheme";
export type { GuardOptions } from "./auth/guarded-listener";
export { AuthOptions, type IAuthOptions } from "./auth/auth-options";
export { findCheckerFactories } from "./auth/checker-factories";
export { PortalFor } from "./auth/portal-for";
export { LineReceiver, type LineReceiverOptions } from "./auth/line-receiver";
export {
  ILineAvatar,
  LoginProtocol,
  type LineConnection,
  type LoginProtocolOptions,
} from "./auth/login-protocol";

export { ServiceMaker } from "./maker/service-maker";
export {
  describeMaker,
  type Injected,
  type MakerDescription,
  type OptionsFrom,
  type OptionsInput,
} from "./maker/describe-maker";
export type { Made, MakerDetails, OptionsOf } from "./maker/maker-details";
export { IServiceMaker } from "./maker/i-service-maker";
