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
  const user = nameIn(credentials)?.slice(0, LONGEST_NAME);
  const fields = {
    event: "login",
    outcome,
    credentials: credentials.constructor.name,
    ...(user !== undefined && { user: printable(user) }),
    ...(address !== undefined && { address: printable(address) }),
    ...(avatarId !== undefined && { avatarId: avatarText(avatarId) }),
  };
  const who = user === undefined ? `by ${fields.credentials}` : `of ${quote(user)}`;
  const line = `login ${who}${fields.address === undefined ? "" : ` from ${fields.address}`}: ${outcome}`;
  if (error === undefined || outcome === "asked") log.info(fields, line);
  else if (outcome === "failed") log.error({ ...fields, err: error }, `${line}: ${messageOf(error)}`);
  else log.warn({ ...fields, reason: reasonOf(error) }, line);
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

const avatarText = (avatarId: AvatarId): string =>
  avatarId === ANONYMOUS ? "ANONYMOUS" : printable(avatarId.slice(0, LONGEST_NAME));
