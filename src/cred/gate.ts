import { interfaceId, interfaceName, isInterface, type AbstractClass } from "../interface/record";
import { providedBy } from "../interface/implements";
import { shown } from "../base/text";
import type { Logger } from "../log/logger";
import { SILENT } from "../log/silent-logger";
import { systemClock, type Clock } from "../service/clock";
import { isAvatarId, type AvatarId } from "./avatar-id";
import type { ICredentialsChecker, LoginAttempt } from "./checker";
import type { ICredentials } from "./credentials";
import {
  asUnavailable,
  LoginBusy,
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
  readonly clock?: Clock | undefined;
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
  readonly clock: Clock;
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

  async login(request: LoginRequest): Promise<Session> {
    const { realm } = this;
    if (!realm) throw new PortalClosedError();
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
    for (const { checker } of this.registeredFor(request.credentials, request.only)) {
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

  /**
   * The checkers for these credentials, each with those of their interfaces that it judges.
   *
   * @throws UnhandledCredentials when there is none
   */
  registeredFor(credentials: ICredentials, only: LoginRequest["only"]): Registered[] {
    const provided = providedBy(credentials);
    const ids = new Set(provided.map(interfaceId));
    const taken = only?.map(interfaceId);
    const fits = (one: AbstractClass): boolean =>
      ids.has(interfaceId(one)) && (taken?.includes(interfaceId(one)) ?? true);
    const found = this.#registered
      .map(({ checker, interfaces }) => ({ checker, interfaces: interfaces.filter(fits) }))
      .filter(({ interfaces }) => interfaces.length > 0);
    if (found.length > 0) return found;
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
  // Who asks for nothing in particular takes what there is.
  if (typeof chosen === "function" && asked.length === 0 && isInterface(chosen)) return;
  if (typeof chosen === "function" && asked.includes(interfaceId(chosen))) return;
  const names = interfaces.map(interfaceName).join(", ") || "nothing";
  const found = typeof chosen === "function" ? `an avatar for ${chosen.name}` : shown(granted);
  throw new NotGrantedError(nameOf(realm), `${found}; asked for was ${names}`);
}

const nameOf = (object: object): string => object.constructor.name || "the object";
