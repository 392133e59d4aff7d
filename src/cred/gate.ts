import { shown } from "../base/text";
import { providedBy } from "../interface/implements";
import { interfaceId, interfaceName, isInterface, type AbstractClass } from "../interface/record";
import { messageOf } from "../log/describe-error";
import type { Logger } from "../log/logger";
import { SILENT } from "../log/silent-logger";
import { systemClock, type Clock } from "../service/clock";
import { audit, nameIn } from "./audit";
import type { AvatarId } from "./avatar-id";
import type { ICredentialsChecker } from "./checker";
import { Complaints } from "./complaints";
import { ICredentials } from "./credentials";
import { LoginDenied, NotGrantedError, PortalClosedError, UnhandledCredentials } from "./errors";
import { interfaceIdsOf, providedIdsOf } from "./interface-ids";
import { Inquiry, Refusal, type Asked, type Verdict } from "./inquiry";
import { refuseUnlimited } from "./limits";
import type { Granted, IRealm } from "./realm";
import { Session } from "./session";
import { isThenable } from "./thenable";
import { Throttle, type Pass, type ThrottleOptions } from "./throttle";

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

interface Registered extends Asked {
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
  /** Who judges what: by the limits of a view, and by the interfaces of a class of credentials. */
  #fits = new WeakMap<object, WeakMap<ReadonlySet<symbol>, readonly Registered[]>>();
  readonly #complaints: Complaints;
  readonly #throttle: Throttle | undefined;

  constructor({ logger = SILENT, clock = systemClock, throttle = {} }: GateOptions) {
    this.log = logger;
    this.#complaints = new Complaints(logger, clock);
    this.#throttle = throttle === false ? undefined : new Throttle(throttle, clock);
  }

  register(checker: ICredentialsChecker, interfaces: readonly AbstractClass[]): void {
    const complain = (problem: string, cause?: unknown): void =>
      this.#complaints.complain(checker, problem, cause);
    this.#registered.push({ checker, interfaces, ids: interfaces.map(interfaceId), complain });
    this.#fits = new WeakMap();
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
    const { credentials, address, mind, interfaces } = request;
    let avatarId: AvatarId | undefined;
    try {
      const realm = this.#openRealm();
      const checkers = this.#registeredFor(request);
      refuseUnlimited(credentials);
      const entering = this.#throttle?.enter(nameIn(credentials), address);
      const pass = isThenable(entering) ? await entering : entering;
      const identifying = this.#identify(checkers, request, pass);
      avatarId = isThenable(identifying) ? await identifying : identifying;
      const granting = realm.requestAvatar(avatarId, mind, ...interfaces);
      const granted = isThenable(granting) ? await granting : granting;
      checkGranted(realm, granted, interfaces);
      const session = new Session(avatarId, granted, this.#sessions);
      if (this.closed) await leaveAtOnce(session);
      audit(this.log, { credentials, address, avatarId });
      return session;
    } catch (error) {
      audit(this.log, { credentials, address, avatarId, error });
      throw error;
    }
  }

  #openRealm(): IRealm {
    if (!this.realm) throw new PortalClosedError();
    if (this.closed) throw new LoginDenied(STOPPING);
    return this.realm;
  }

  /** Who it is; the throttle hears how it went. */
  #identify(
    checkers: readonly Registered[],
    { credentials, address }: LoginRequest,
    pass: Pass | undefined,
  ): AvatarId | Promise<AvatarId> {
    const question = { credentials, address, log: this.log, complaints: this.#complaints };
    let verdict: Verdict | Promise<Verdict>;
    try {
      verdict = new Inquiry(checkers, question).verdict();
    } catch (error) {
      return this.#drop(pass, error);
    }
    if (!isThenable(verdict)) return this.#settle(pass, verdict);
    return verdict.then(
      (late) => this.#settle(pass, late),
      (error: unknown) => this.#drop(pass, error),
    );
  }

  #settle(pass: Pass | undefined, verdict: Verdict): AvatarId {
    const isRefused = verdict instanceof Refusal;
    if (pass) this.#throttle?.leave(pass, isRefused ? verdict.outcome : "succeeded");
    if (isRefused) throw verdict.error;
    return verdict;
  }

  #drop(pass: Pass | undefined, error: unknown): never {
    if (pass) this.#throttle?.leave(pass, "dropped");
    throw error;
  }

  /**
   * Those that are asked about such credentials.
   *
   * @throws UnhandledCredentials when there is none
   */
  checkersFor(request: Pick<LoginRequest, "credentials" | "only">): readonly ICredentialsChecker[] {
    return this.#registeredFor(request).map(({ checker }) => checker);
  }

  #registeredFor({ credentials, only }: Pick<LoginRequest, "credentials" | "only">): readonly Registered[] {
    const byClass = this.#fitting(interfaceIdsOf(credentials), only);
    if (byClass.length > 0) return byClass;
    const found = this.#fitting(providedIdsOf(credentials), only);
    if (found.length > 0) return found;
    const there = this.interfaces.filter((one) => only?.has(interfaceId(one)) ?? true);
    const shownBy = providedBy(credentials).filter((one) => one !== ICredentials);
    throw new UnhandledCredentials(shownBy.map(interfaceName), there.map(interfaceName));
  }

  /** The answer is kept: there are few classes of credentials. */
  #fitting(provided: ReadonlySet<symbol>, only?: ReadonlySet<symbol>): readonly Registered[] {
    const key = only ?? this;
    let known = this.#fits.get(key);
    if (!known) this.#fits.set(key, (known = new WeakMap()));
    const kept = known.get(provided);
    if (kept) return kept;
    const fits = (id: symbol): boolean => provided.has(id) && (only === undefined || only.has(id));
    const found = this.#registered.filter(({ ids }) => ids.some(fits));
    known.set(provided, found);
    return found;
  }
}

const STOPPING = "the service is stopping";

/** It has begun to stop meanwhile, and did not know of this one. */
async function leaveAtOnce(session: Session): Promise<never> {
  await session.logout();
  throw new LoginDenied(STOPPING);
}

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
