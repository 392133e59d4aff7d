import { interfaceId, interfaceName, type AbstractClass } from "../interface/record";
import { providedBy } from "../interface/implements";
import { shown } from "../base/text";
import { messageOf } from "../log/describe-error";
import type { Logger } from "../log/logger";
import { SILENT } from "../log/silent-logger";
import { systemClock, type Clock } from "../service/clock";
import { isAvatarId, type AvatarId } from "./avatar-id";
import type { ICredentialsChecker, LoginAttempt } from "./checker";
import type { ICredentials } from "./credentials";
import {
  asUnavailable,
  LoginBusy,
  LoginDenied,
  LoginFailed,
  NoAvatarIdError,
  NotGrantedError,
  PortalClosedError,
  UnauthorizedLogin,
  UnhandledCredentials,
} from "./errors";
import type { Granted, IRealm } from "./realm";
import { Session } from "./session";

export interface GateOptions {
  readonly logger?: Logger | undefined;
  readonly clock?: Pick<Clock, "now"> | undefined;
}

/** Someone who wants to come in. */
export interface LoginRequest {
  readonly credentials: ICredentials;
  readonly mind: unknown;
  /** What the protocol can do with. */
  readonly interfaces: readonly AbstractClass[];
  readonly address: string | undefined;
  /** The only interfaces of credentials that are taken. */
  readonly only: readonly AbstractClass[] | undefined;
}

interface Registered {
  readonly checker: ICredentialsChecker;
  readonly interfaces: readonly AbstractClass[];
}

/** What all views of one portal share: realm, checkers, sessions; and the way in. */
export class Gate {
  realm: IRealm | undefined;
  readonly log: Logger;
  readonly clock: Pick<Clock, "now">;
  /** Whether the service is stopping. */
  closed = false;
  readonly sessions = new Set<Session>();
  readonly #registered: Registered[] = [];

  constructor({ logger = SILENT, clock = systemClock }: GateOptions) {
    this.log = logger;
    this.clock = clock;
  }

  register(checker: ICredentialsChecker, interfaces: readonly AbstractClass[]): void {
    this.#registered.push({ checker, interfaces });
  }

  get interfaces(): AbstractClass[] {
    const byId = new Map<symbol, AbstractClass>();
    for (const { interfaces } of this.#registered)
      for (const one of interfaces) if (!byId.has(interfaceId(one))) byId.set(interfaceId(one), one);
    return [...byId.values()];
  }

  get checkers(): readonly ICredentialsChecker[] {
    return this.#registered.map(({ checker }) => checker);
  }

  async close(): Promise<void> {
    this.closed = true;
    const over = [...this.sessions].map((session) => session.logout());
    for (const outcome of await Promise.allSettled(over))
      if (outcome.status === "rejected")
        this.log.error({ err: outcome.reason as unknown }, `a logout failed: ${messageOf(outcome.reason)}`);
  }

  async login(request: LoginRequest): Promise<Session> {
    const { realm } = this;
    if (!realm) throw new PortalClosedError();
    if (this.closed) throw new LoginDenied("the service is stopping");
    const avatarId = await this.#identify(request);
    const { mind, interfaces } = request;
    const granted = await realm.requestAvatar(avatarId, mind, ...interfaces);
    checkGranted(realm, granted, interfaces);
    const session: Session = new Session(granted, { avatarId, ended: () => this.sessions.delete(session) });
    this.sessions.add(session);
    return session;
  }

  /** Asks one checker after the other; the first that knows the credentials settles it. */
  async #identify(request: LoginRequest): Promise<AvatarId> {
    let busy: LoginBusy | undefined;
    let refusal: unknown;
    for (const checker of this.#checkersFor(request)) {
      try {
        const answer: unknown = await checker.requestAvatarId(request.credentials, this.#attempt(request));
        if (isAvatarId(answer)) return answer;
        throw new NoAvatarIdError(nameOf(checker), shown(answer));
      } catch (error) {
        if (error instanceof LoginBusy) busy = error;
        else if (error instanceof UnauthorizedLogin) refusal ??= error;
        else if (error instanceof LoginFailed) throw error;
        else refusal = asUnavailable(error);
      }
    }
    throw busy ?? new UnauthorizedLogin(undefined, { cause: refusal });
  }

  #checkersFor({ credentials, only }: LoginRequest): ICredentialsChecker[] {
    const provided = providedBy(credentials);
    const ids = new Set(provided.map(interfaceId));
    const taken = only?.map(interfaceId);
    const fits = (one: AbstractClass): boolean =>
      ids.has(interfaceId(one)) && (taken?.includes(interfaceId(one)) ?? true);
    const found = this.#registered.filter(({ interfaces }) => interfaces.some(fits));
    if (found.length > 0) return found.map(({ checker }) => checker);
    throw new UnhandledCredentials(provided.map(interfaceName), this.interfaces.map(interfaceName));
  }

  #attempt({ address }: LoginRequest): LoginAttempt {
    return {
      address,
      log: this.log,
      complain: (problem, cause) => this.log.error({ err: cause }, problem),
    };
  }
}

function checkGranted(realm: IRealm, granted: unknown, interfaces: readonly AbstractClass[]): void {
  const { interface: chosen } = (granted ?? {}) as Partial<Granted>;
  const asked = interfaces.map(interfaceId);
  if (typeof chosen === "function" && asked.includes(interfaceId(chosen))) return;
  const names = interfaces.map(interfaceName).join(", ") || "nothing";
  const found = typeof chosen === "function" ? `an avatar for ${chosen.name}` : shown(granted);
  throw new NotGrantedError(nameOf(realm), `${found}; asked for was ${names}`);
}

const nameOf = (object: object): string => object.constructor.name || "the object";
