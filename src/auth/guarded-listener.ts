import type { IncomingMessage, ServerResponse } from "node:http";
import { Anonymous } from "../cred/anonymous";
import { IAnonymous, type ICredentials } from "../cred/credentials";
import { auditMalformed } from "../cred/audit";
import { DigestFailed, LoginBusy, LoginFailed, TooManyAttempts, UnauthorizedLogin } from "../cred/errors";
import { addressOf } from "../cred/peer";
import type { Portal } from "../cred/portal";
import type { Session } from "../cred/session";
import { attach } from "../http/attached";
import type { KnownListener, NodeHandler, ReportFault } from "../http/listener";
import { interfaceId, type AbstractClass } from "../interface/record";
import { systemClock, type Clock } from "../service/clock";
import { AvatarCache, type Admission } from "./avatar-cache";
import { Exchange } from "./exchange";
import { readAuthorization, type GuardedRequest, type GuardScheme, type Shown } from "./guard-scheme";
import { refusalFor, refuse } from "./refuse";

export interface GuardOptions {
  /** What the realm is asked for: the avatar is one for one of these. Without any, the realm gives what it likes. */
  readonly interfaces?: readonly AbstractClass[];
  /**
   * Seconds for which it is remembered who was let in, so that not each request costs a hash; not at all by default.
   * A change of the file behind it counts at once; what a checker can't see change, such as a token's end or a
   * directory's entry, counts after that time. Digest is never remembered: each of its responses is good once.
   */
  readonly cache?: number;
  /** Where a request comes from, for servers behind a proxy; else the address of its socket. */
  readonly address?: (request: IncomingMessage) => string | undefined;
  readonly clock?: Clock;
}

interface Guarding extends GuardOptions {
  readonly inner: KnownListener;
  readonly schemes: readonly GuardScheme[];
}

/** A listener that lets through to another only whom the portal knows. */
export class GuardedListener implements KnownListener {
  readonly kind: KnownListener["kind"];
  readonly #portal: Portal;
  readonly #guarding: Guarding;
  readonly #cache: AvatarCache | undefined;

  /** @throws NoCheckerError */
  constructor(portal: Portal, guarding: Guarding) {
    const { inner, cache = 0, clock = systemClock } = guarding;
    this.kind = inner.kind;
    this.#portal = portal;
    this.#guarding = guarding;
    const revision = (): Promise<readonly unknown[]> => portal.revision();
    const logout = (session: Session): void => this.#logout(session);
    if (cache > 0) this.#cache = new AvatarCache({ seconds: cache, clock, revision, logout });
    if (portal.isOpen) this.#expectCheckers();
  }

  async open(report: ReportFault): Promise<NodeHandler> {
    this.#expectCheckers();
    const handler = await this.#guarding.inner.open(report);
    return (request, response) => this.#serve(request, response, handler);
  }

  async close(): Promise<void> {
    this.#cache?.clear();
    await this.#guarding.inner.close();
  }

  #expectCheckers(): void {
    for (const scheme of this.#guarding.schemes) {
      this.#portal.expectCheckersFor(...scheme.credentialInterfaces);
      for (const sample of scheme.samples?.() ?? []) this.#portal.expectToJudge(sample);
    }
  }

  async #serve(request: IncomingMessage, response: ServerResponse, handler: NodeHandler): Promise<void> {
    const exchange = new Exchange(request, response);
    const admission = await this.#admit(request, response);
    if (!admission) return;
    if (exchange.isOver) {
      admission.release();
      return;
    }
    exchange.onceOver(() => admission.release());
    attach(request, admission.session);
    await handler(request, response);
  }

  /** Lets someone in, or answers why not. */
  async #admit(request: IncomingMessage, response: ServerResponse): Promise<Admission | undefined> {
    const guarded = this.#look(request);
    const refusals = new Map<GuardScheme, unknown>();
    try {
      return await this.#login(guarded, refusals);
    } catch (error) {
      const refusal = refusalFor(error, () => this.#challenges(guarded, refusals));
      if (!refusal) throw error;
      refuse(response, refusal);
      return undefined;
    }
  }

  #look(request: IncomingMessage): GuardedRequest {
    const { address = addressOf } = this.#guarding;
    const authorization = readAuthorization(request.headers.authorization);
    return { request, authorization, address: address(request) };
  }

  /** Tries whatever the request shows, in the order of the schemes. */
  async #login(guarded: GuardedRequest, refusals: Map<GuardScheme, unknown>): Promise<Admission> {
    for (const scheme of this.#guarding.schemes) {
      try {
        const shown = this.#read(scheme, guarded);
        if (shown) return await this.#admission(shown, guarded);
      } catch (error) {
        if (isFinal(error)) throw error;
        refusals.set(scheme, error);
      }
    }
    // Never because something else was refused.
    const showsNothing = refusals.size === 0 && guarded.request.headers.authorization === undefined;
    if (showsNothing && this.#takesAnonymous()) return this.#admission(NOBODY, guarded);
    throw new UnauthorizedLogin();
  }

  /** What is refused here reaches no portal, which would tell the log of it. */
  #read(scheme: GuardScheme, guarded: GuardedRequest): Shown | undefined {
    try {
      return scheme.read(guarded);
    } catch (error) {
      const { address, authorization: { scheme: name = "" } = {} } = guarded;
      // A challenge that is too old is part of how clients go about it.
      const isUsual = error instanceof DigestFailed && error.stale && !error.replayed;
      if (!isFinal(error) && !isUsual) auditMalformed(this.#portal.log, { scheme: name, address, error });
      throw error;
    }
  }

  async #admission({ credentials, cacheKey }: Shown, guarded: GuardedRequest): Promise<Admission> {
    const login = (): Promise<Session> => this.#session(credentials, guarded);
    if (cacheKey !== undefined && this.#cache) return this.#cache.admit(cacheKey, login);
    const session = await login();
    return { session, release: () => this.#logout(session) };
  }

  async #session(credentials: ICredentials, { address }: GuardedRequest): Promise<Session> {
    const { interfaces = [] } = this.#guarding;
    const portal = address === undefined ? this.#portal : this.#portal.from(address);
    return portal.login(credentials, undefined, ...interfaces);
  }

  #challenges({ address }: GuardedRequest, refusals: ReadonlyMap<GuardScheme, unknown>): string[] {
    return this.#guarding.schemes.flatMap((scheme) =>
      scheme.challenges({ address, refusal: refusals.get(scheme) }),
    );
  }

  #takesAnonymous(): boolean {
    const anonymous = interfaceId(IAnonymous);
    return this.#portal.listCredentialsInterfaces().some((one) => interfaceId(one) === anonymous);
  }

  #logout(session: Session): void {
    session
      .logout()
      .catch((error: unknown) => this.#portal.log.error({ err: error }, "a session could not be logged out"));
  }
}

const NOBODY: Shown = { credentials: new Anonymous() };

/** Whether nothing else that the request shows can help: a bug, or a server that has no time. */
function isFinal(error: unknown): boolean {
  return !(error instanceof LoginFailed) || error instanceof LoginBusy || error instanceof TooManyAttempts;
}
