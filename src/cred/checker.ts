import { SharedInterface } from "../interface/interface";
import type { AbstractClass } from "../interface/record";
import type { Logger } from "../log/logger";
import type { AvatarId } from "./avatar-id";
import type { ICredentials } from "./credentials";

/** What a checker may want to know about the attempt that it judges. */
export interface LoginAttempt {
  /** Where the attempt comes from, if that is known. */
  readonly address: string | undefined;
  readonly log: Logger;
  /**
   * Says that the checker's source is out of order although it still answers, from what it had before: a line in
   * the log, at most once a minute.
   */
  complain(problem: string, cause?: unknown): void;
}

/** Judges credentials: says whose they are. */
@SharedInterface("appd:ICredentialsChecker", "credentialInterfaces", "requestAvatarId")
export abstract class ICredentialsChecker {
  /** The interfaces of the credentials that it can judge. */
  abstract readonly credentialInterfaces: readonly AbstractClass<ICredentials>[];
  /**
   * Whose credentials these are, at once or later.
   *
   * Throw UnauthorizedLogin where they are wrong; an unknown name has to take as long as a wrong password. Throw
   * anything else where that can't be told because a file or a server is out of reach: it is logged, and the
   * next checker is asked.
   */
  abstract requestAvatarId(credentials: ICredentials, attempt?: LoginAttempt): AvatarId | Promise<AvatarId>;
  /**
   * Why it can't judge an interface that one might expect of it, in words that follow "because". With a sample it is
   * asked about an interface of its own, and credentials of nobody's that provide it: undefined if it can judge them.
   */
  abstract readonly whyNot?:
    ((wanted: AbstractClass, sample?: ICredentials) => string | undefined) | undefined;
  /**
   * Something that is another one (by `===`) as soon as what it judges by has changed: what was found before, and is
   * remembered by a guard, no longer counts then. Asked for with each request that a guard remembers.
   */
  abstract readonly revision?: (() => unknown) | undefined;
}
