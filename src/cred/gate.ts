import { shown } from "../base/text";
import { providedBy } from "../interface/implements";
import { interfaceId, interfaceName, isInterface, type AbstractClass } from "../interface/record";
import { messageOf } from "../log/describe-error";
import type { Logger } from "../log/logger";
import { SILENT } from "../log/silent-logger";
import { systemClock, type Clock } from "../service/clock";
import { audit, nameIn } from "./audit";
import { isAvatarId, type AvatarId } from "./avatar-id";
import type { ICredentialsChecker, LoginAttempt } from "./checker";
import { Complaints } from "./complaints";
import { ICredentials } from "./credentials";
import {
  asUnavailable,
  type CheckerUnavailable,
  LoginBusy,
  LoginDenied,
  LoginFailed,
  NoAvatarIdError,
  NotGrantedError,
  PortalClosedError,
  UnauthorizedLogin,
  UnhandledCredentials,
} from "./errors";
import { interfaceIdsOf } from "./interface-ids";
import { refuseUnlimited } from "./limits";
import type { Granted, IRealm } from "./realm";
import { Session } from "./session";
import { Throttle, type ThrottleOptions, type Ticket } from "./throttle";

export interface GateOptions {
  /** Where the audit line of every attempt goes; nowhere by default. */
  readonly logger?: Logger | undefined;
  readonly clock?: Pick<Clock, "now"> | undefined;
  /** How guessing is made slow; false lets everybody guess. */
  readonly throttle?: ThrottleOptions | false | undefined;
}

/** Someone who wants to come in. */
export interface LoginRequest {
  readonly credentials: ICredentials;
  readonly mind: unknown;
  /** What the protocol can do with. */
  readonly interfaces: readonly AbstractClass[];
  readonly address: string | undefined;
  /** The only interfaces of credentials that are taken, by their ids. */
  readonly only: ReadonlySet<symbol> | undefined;
}

interface Registered {
  readonly checker: ICredentialsChecker;
  readonly interfaces: readonly AbstractClass[];
  readonly ids: readonly symbol[];
}

/** What all views of one portal share: realm, checkers, sessions; and the way in. */
export class Gate {
  realm: IRealm | undefined;
  /** Whether the service is stopping. */
  closed = false;
  readonly log: Logger;
  readonly #sessions = new Set<Session>();
  readonly #registered: Registered[] = [];
  readonly #complaints: Complaints;
  readonly #throttle: Throttle | undefined;

  constructor({ logger = SILENT, clock = systemClock, throttle = {} }: GateOptions) {
    this.log = logger;
    this.#complaints = new Complaints(logger, clock);
    this.#throttle = throttle === false ? undefined : new Throttle(throttle, clock);
  }

  register(checker: ICredentialsChecker, interfaces: readonly AbstractClass[]): void {
    this.#registered.push({ checker, interfaces, ids: interfaces.map(interfaceId) });
  }

  /** The interfaces that are judged here, in the order of their registration. */
  get interfaces(): AbstractClass[] {
    const all = this.#registered.flatMap(({ interfaces }) => interfaces);
    return [...new Map(all.toReversed().map((one) => [interfaceId(one), one])).values()].reverse();
  }

  get checkers(): readonly ICredentialsChecker[] {
    return this.#registered.map(({ checker }) => checker);
  }

  get sessions(): number {
    return this.#sessions.size;
  }

  async close(): Promise<void> {
    this.closed = true;
    const over = [...this.#sessions].map((session) => session.logout());
    for (const outcome of await Promise.allSettled(over))
      if (outcome.status === "rejected")
        this.log.error({ err: outcome.reason as unknown }, `a logout failed: ${messageOf(outcome.reason)}`);
  }

  async login(request: LoginRequest): Promise<Session> {
    const { credentials, address } = request;
    let avatarId: AvatarId | undefined;
    try {
      const realm = this.#openRealm();
      avatarId = await this.#identify(request);
      const session = await this.#enter(realm, avatarId, request);
      audit(this.log, { credentials, address, avatarId });
      return session;
    } catch (error) {
      audit(this.log, { credentials, address, avatarId, error });
      throw error;
    }
  }

  #openRealm(): IRealm {
    if (!this.realm) throw new PortalClosedError();
    if (this.closed) throw new LoginDenied("the service is stopping");
    return this.realm;
  }

  async #enter(realm: IRealm, avatarId: AvatarId, { mind, interfaces }: LoginRequest): Promise<Session> {
    const granted = await realm.requestAvatar(avatarId, mind, ...interfaces);
    checkGranted(realm, granted, interfaces);
    const session: Session = new Session(granted, {
      avatarId,
      ended: () => this.#sessions.delete(session),
    });
    this.#sessions.add(session);
    // It may have begun to stop meanwhile, and not know of this one.
    if (!this.closed) return session;
    await session.logout();
    throw new LoginDenied("the service is stopping");
  }

  /** Who it is: settled under the throttle. */
  async #identify(request: LoginRequest): Promise<AvatarId> {
    const checkers = this.checkersFor(request);
    refuseUnlimited(request.credentials);
    const ticket = await this.#throttle?.enter({
      user: nameIn(request.credentials),
      address: request.address,
    });
    let outcome: keyof Ticket = "dropped";
    try {
      const verdict = await this.#ask(checkers, request);
      outcome = verdict.outcome;
      if (verdict.outcome === "succeeded") return verdict.avatarId;
      throw verdict.error;
    } finally {
      ticket?.[outcome]();
    }
  }

  /** Asks one checker after the other; the first that knows the credentials settles it. */
  async #ask(
    checkers: readonly ICredentialsChecker[],
    { credentials, address }: LoginRequest,
  ): Promise<Verdict> {
    let wrong: unknown;
    let unsure: CheckerUnavailable | LoginBusy | undefined;
    for (const checker of checkers) {
      try {
        const avatarId: unknown = await checker.requestAvatarId(credentials, this.#attempt(checker, address));
        if (!isAvatarId(avatarId)) throw new NoAvatarIdError(nameOf(checker), shown(avatarId));
        this.#complaints.answered(checker);
        return { outcome: "succeeded", avatarId };
      } catch (error) {
        if (error instanceof UnauthorizedLogin) wrong ??= error;
        else if (error instanceof LoginBusy) unsure = error;
        else if (error instanceof LoginFailed) throw error;
        else unsure ??= this.#unavailable(checker, error);
        if (error instanceof UnauthorizedLogin) this.#complaints.answered(checker);
      }
    }
    const outcome = wrong === undefined ? "dropped" : "failed";
    if (unsure instanceof LoginBusy) return { outcome, error: unsure };
    return { outcome, error: new UnauthorizedLogin(undefined, { cause: unsure ?? wrong }) };
  }

  #unavailable(checker: ICredentialsChecker, error: unknown): CheckerUnavailable {
    const unavailable = asUnavailable(error);
    this.#complaints.unavailable(checker, error);
    return unavailable;
  }

  /**
   * Those that are asked about such credentials.
   *
   * @throws UnhandledCredentials when there is none
   */
  checkersFor({
    credentials,
    only,
  }: Pick<LoginRequest, "credentials" | "only">): readonly ICredentialsChecker[] {
    const provided = interfaceIdsOf(credentials);
    const fits = (id: symbol): boolean => provided.has(id) && (only === undefined || only.has(id));
    const found = this.#registered.filter(({ ids }) => ids.some(fits));
    if (found.length > 0) return found.map(({ checker }) => checker);
    const there = this.interfaces.filter((one) => only?.has(interfaceId(one)) ?? true);
    const shownBy = providedBy(credentials).filter((one) => one !== ICredentials);
    throw new UnhandledCredentials(shownBy.map(interfaceName), there.map(interfaceName));
  }

  #attempt(checker: ICredentialsChecker, address: string | undefined): LoginAttempt {
    return {
      address,
      log: this.log,
      complain: (problem, cause) => this.#complaints.complain(checker, problem, cause),
    };
  }
}

/** What the checkers say. */
type Verdict =
  | { readonly outcome: "succeeded"; readonly avatarId: AvatarId }
  | { readonly outcome: "failed" | "dropped"; readonly error: LoginFailed };

function checkGranted(realm: IRealm, granted: unknown, interfaces: readonly AbstractClass[]): void {
  const { interface: chosen } = (granted ?? {}) as Partial<Granted>;
  // Who asks for nothing in particular takes what there is.
  if (interfaces.length === 0 && isInterface(chosen)) return;
  if (chosen !== undefined && interfaces.includes(chosen)) return;
  if (isInterface(chosen) && interfaces.map(interfaceId).includes(interfaceId(chosen))) return;
  const names = interfaces.map(interfaceName).join(", ") || "nothing";
  const found = typeof chosen === "function" ? `an avatar for ${chosen.name}` : shown(granted);
  throw new NotGrantedError(nameOf(realm), `${found}; asked for was ${names}`);
}

const nameOf = (object: object): string => object.constructor.name || "the object";
