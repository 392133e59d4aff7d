import { quote } from "../base/text";
import type { Logger } from "../log/logger";
import { printable } from "../log/printable";
import { ANONYMOUS, type AvatarId } from "./avatar-id";
import type { ICredentials } from "./credentials";
import {
  CheckerUnavailable,
  LoginBusy,
  LoginDenied,
  LoginFailed,
  TooManyAttempts,
  UnauthorizedLogin,
  ValidPublicKey,
} from "./errors";
import { messageOf } from "../log/describe-error";

/** One attempt to log in, over. */
export interface Attempted {
  readonly credentials: ICredentials;
  readonly address: string | undefined;
  readonly avatarId: AvatarId | undefined;
  readonly error?: unknown;
}

/** Characters of a name that are logged. */
const LONGEST_NAME = 256;

/**
 * Writes the audit line: who tried to log in from where, and how it ended. Never what was shown for it. A name is
 * whatever somebody typed: it is cut, and what could fake a line is spelled out.
 */
export function audit(log: Logger, { credentials, address, avatarId, error }: Attempted): void {
  const outcome = error === undefined ? "granted" : outcomeOf(error);
  const user = nameIn(credentials);
  const from = cut(address);
  const kind = kindOf(credentials);
  const fields = {
    event: "login",
    outcome,
    credentials: kind,
    user: cut(user),
    address: from,
    avatarId: avatarId === ANONYMOUS ? "ANONYMOUS" : cut(avatarId),
  };
  const who = user === undefined ? `by ${kind}` : `of ${quote(user)}`;
  const line = from === undefined ? `login ${who}: ${outcome}` : `login ${who} from ${from}: ${outcome}`;
  if (error === undefined || outcome === "asked") log.info(fields, line);
  else if (outcome === "failed") log.error({ ...fields, err: error }, `${line}: ${messageOf(error)}`);
  else log.warn({ ...fields, reason: reasonOf(error) }, line);
}

/** What nobody could be asked about, because it is malformed or answers no challenge: an attempt all the same. */
export interface Malformed {
  /** By what it was tried: `basic`, `digest`. */
  readonly scheme: string;
  readonly address: string | undefined;
  readonly error: unknown;
}

/** Writes the audit line of an attempt that got no further than its protocol. */
export function auditMalformed(log: Logger, { scheme, address, error }: Malformed): void {
  const from = cut(address);
  const fields = { event: "login", outcome: "refused", credentials: scheme, address: from };
  const line = `login by ${scheme}${from === undefined ? "" : ` from ${from}`}: refused`;
  log.warn({ ...fields, reason: reasonOf(error) }, line);
}

/** On one line, and not a long one. */
function cut(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  return printable(text.length > LONGEST_NAME ? `${text.slice(0, LONGEST_NAME)}…` : text);
}

const kinds = new WeakMap<object, string>();

/** The name of a class is slow to ask for. */
function kindOf(credentials: ICredentials): string {
  const { constructor } = credentials;
  let name = kinds.get(constructor);
  if (name === undefined) kinds.set(constructor, (name = constructor.name));
  return name;
}

/** The name in the credentials, if they have one. */
export function nameIn(credentials: ICredentials): string | undefined {
  const { username } = credentials as { readonly username?: unknown };
  return typeof username === "string" ? username : undefined;
}

function outcomeOf(error: unknown): string {
  if (error instanceof TooManyAttempts) return "throttled";
  if (error instanceof UnauthorizedLogin)
    return error.cause instanceof CheckerUnavailable ? "unavailable" : "refused";
  if (error instanceof LoginBusy) return "busy";
  if (error instanceof LoginDenied) return "denied";
  if (error instanceof ValidPublicKey) return "asked";
  return "failed";
}

function reasonOf(error: unknown): string {
  const cause = error instanceof LoginFailed ? (error.cause ?? error) : error;
  return printable(messageOf(cause));
}
