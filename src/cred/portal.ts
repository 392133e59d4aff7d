/**
 * Logging in: credentials, the checkers that judge them, the realm that knows what people can do here, and the
 * portal that brings them together. How people may log in is chosen in `auth/`; protocols are elsewhere.
 */
import { providedBy } from "../interface/implements";
import { interfaceId, interfaceName, type AbstractClass } from "../interface/record";
import type { Logger } from "../log/logger";
import type { ICredentialsChecker } from "./checker";
import { ICredentials } from "./credentials";
import { NoCheckerError } from "./errors";
import { Gate, type GateOptions } from "./gate";
import { addressOf, type Peer } from "./peer";
import type { IRealm } from "./realm";
import type { SessionFor } from "./session";

/** What a portal is made with, besides realm and checkers. */
export type PortalOptions = GateOptions;

/** Which part of a portal is seen from one place. */
class View {
  constructor(
    readonly gate: Gate,
    readonly address: string | undefined,
    /** The only interfaces of credentials that are taken, by their ids. */
    readonly only: ReadonlySet<symbol> | undefined,
  ) {}
}

/**
 * Where people log in. Under `appd` the container makes it of the maker's realm and the checkers that `--auth`
 * names; ask for it in a constructor.
 *
 * ```ts
 * const session = await portal.from(socket).login(new UsernamePassword(name, password), undefined, IVisitor);
 * session.avatar.visit();
 * await session.logout();
 * ```
 */
export class Portal implements AsyncDisposable {
  readonly #gate: Gate;
  readonly #view: View;

  /** Without a realm it is closed until {@link open}. */
  constructor(realm?: IRealm, checkers?: readonly ICredentialsChecker[], options?: PortalOptions);
  /** @internal A part of another. */
  constructor(view: View);
  constructor(realm?: IRealm | View, checkers?: readonly ICredentialsChecker[], options?: PortalOptions) {
    this.#view = realm instanceof View ? realm : new View(new Gate(options ?? {}), undefined, undefined);
    this.#gate = this.#view.gate;
    if (realm instanceof View) return;
    for (const checker of checkers ?? []) this.registerChecker(checker);
    this.#gate.realm = realm;
  }

  /** From now on people can log in. */
  open(realm: IRealm, checkers: readonly ICredentialsChecker[] = []): void {
    for (const checker of checkers) this.registerChecker(checker);
    this.#gate.realm = realm;
  }

  /** How many people are logged in. */
  get sessions(): number {
    return this.#gate.sessions;
  }

  get isOpen(): boolean {
    return this.#gate.realm !== undefined;
  }

  /** Where it writes to. */
  get log(): Logger {
    return this.#gate.log;
  }

  /**
   * What the checkers go by, as far as they can tell: a file's state, and the like. It is another one, item by item,
   * as soon as any of them may judge otherwise than before.
   */
  revision(): Promise<readonly unknown[]> {
    return Promise.all(this.#gate.checkers.map((checker) => revisionOf(checker)));
  }

  /** Logs out everyone who is still there, and lets nobody in until {@link reopen}. Never rejects. */
  close(): Promise<void> {
    return this.#gate.close();
  }

  /** Lets people in again after {@link close}. */
  reopen(): void {
    this.#gate.closed = false;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /**
   * Adds a checker behind those that are there, for the interfaces that it names, or only for `interfaces`.
   * Several for one interface are asked in this order; the first to know someone wins.
   */
  registerChecker(checker: ICredentialsChecker, ...interfaces: AbstractClass[]): void {
    this.#gate.register(checker, interfaces.length > 0 ? interfaces : checker.credentialInterfaces);
  }

  /** The interfaces of the credentials that can be judged here. */
  listCredentialsInterfaces(): AbstractClass[] {
    const { only } = this.#view;
    return this.#gate.interfaces.filter((one) => only?.has(interfaceId(one)) ?? true);
  }

  /**
   * Makes sure that credentials of one of these interfaces can be judged: whoever can't work without says so
   * when it is made, so that the fault is found at the start.
   *
   * @throws NoCheckerError with what the checkers say about it
   */
  expectCheckersFor(...interfaces: AbstractClass[]): void {
    const there = new Set(this.listCredentialsInterfaces().map(interfaceId));
    if (interfaces.some((one) => there.has(interfaceId(one)))) return;
    const firstReason = (checker: ICredentialsChecker): string | undefined =>
      interfaces.map((one) => checker.whyNot?.(one)).find((why) => why !== undefined);
    const reasons = this.#gate.checkers.map(firstReason).filter((why) => why !== undefined);
    const has = this.listCredentialsInterfaces().map(interfaceName);
    throw cannotJudge(
      interfaces,
      reasons.length > 0 ? reasons : [`those here judge ${has.join(", ") || "nothing"}`],
    );
  }

  /**
   * Makes sure that one of the checkers can judge the very credentials that a protocol makes; these are a sample, of
   * nobody's.
   *
   * @throws NoCheckerError with what the checkers say about it; UnhandledCredentials
   */
  expectToJudge(sample: ICredentials): void {
    const { only } = this.#view;
    const provided = providedBy(sample);
    const asked = this.#gate.checkersFor({ credentials: sample, only });
    const reasons = asked.map((checker) => checker.whyNot?.(provided[0] ?? ICredentials, sample));
    const known = reasons.filter((why) => why !== undefined);
    if (known.length === reasons.length) throw cannotJudge(provided, known);
  }

  /**
   * Logs someone in: the first checker that knows the credentials says who it is, the realm gives the avatar.
   *
   * @throws UnauthorizedLogin for wrong credentials; its `cause` is CheckerUnavailable where that could not be told
   * @throws TooManyAttempts, which is an UnauthorizedLogin, when there were too many wrong ones
   * @throws LoginBusy when too many are being checked
   * @throws UnhandledCredentials when no checker can judge such credentials
   * @throws what the realm throws: LoginDenied, NotImplementedError
   */
  login<const I extends readonly AbstractClass[]>(
    credentials: ICredentials,
    mind: unknown,
    ...interfaces: I
  ): Promise<SessionFor<I>> {
    const { address, only } = this.#view;
    const session = this.#gate.login({ credentials, mind, interfaces, address, only });
    return session as Promise<unknown> as Promise<SessionFor<I>>;
  }

  /** The same portal, which knows where those come from who log in through it. */
  from(peer: Peer): Portal {
    return new Portal(new View(this.#gate, addressOf(peer), this.#view.only));
  }

  /** The same portal, which takes only credentials of these interfaces. */
  only(...interfaces: AbstractClass[]): Portal {
    const { address, only } = this.#view;
    const ids = interfaces.map(interfaceId).filter((id) => only?.has(id) ?? true);
    return new Portal(new View(this.#gate, address, new Set(ids)));
  }
}

function cannotJudge(interfaces: readonly AbstractClass[], reasons: readonly string[]): NoCheckerError {
  const wanted = interfaces.map(interfaceName).join(" or ");
  return new NoCheckerError(`no checker can judge ${wanted}, because ${reasons.join("; ")}`);
}

/** What can't be asked now is no longer what it was. */
async function revisionOf(checker: ICredentialsChecker): Promise<unknown> {
  try {
    return await checker.revision?.();
  } catch {
    return Symbol("out of reach");
  }
}
