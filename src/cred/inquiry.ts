import { shown } from "../base/text";
import type { Logger } from "../log/logger";
import { isAvatarId, type AvatarId } from "./avatar-id";
import type { ICredentialsChecker, LoginAttempt } from "./checker";
import type { Complaints } from "./complaints";
import type { ICredentials } from "./credentials";
import {
  asUnavailable,
  LoginBusy,
  LoginFailed,
  NoAvatarIdError,
  UnauthorizedLogin,
  type CheckerUnavailable,
} from "./errors";
import { isThenable } from "./thenable";

/** A checker, and how it complains. */
export interface Asked {
  readonly checker: ICredentialsChecker;
  readonly complain: LoginAttempt["complain"];
}

/** What is asked, and on whose behalf. */
export interface Question {
  readonly credentials: ICredentials;
  readonly address: string | undefined;
  readonly log: Logger;
  readonly complaints: Complaints;
}

/** Why nobody was let in. */
export class Refusal {
  constructor(
    /** It is dropped when no checker could tell. */
    readonly outcome: "failed" | "dropped",
    readonly error: LoginFailed,
  ) {}
}

/** What the checkers say. */
export type Verdict = AvatarId | Refusal;

/** Asks one checker after the other; the first that knows the credentials settles it. */
export class Inquiry {
  readonly #asked: readonly Asked[];
  readonly #question: Question;
  #wrong: unknown;
  #unsure: CheckerUnavailable | LoginBusy | undefined;

  constructor(asked: readonly Asked[], question: Question) {
    this.#asked = asked;
    this.#question = question;
  }

  /**
   * The verdict, at once if all of them answer at once.
   *
   * @throws what denies the login, though the credentials are right
   */
  verdict(from = 0): Verdict | Promise<Verdict> {
    const { credentials, address, log } = this.#question;
    for (let at = from; ; at++) {
      const asked = this.#asked[at];
      if (!asked) return this.#refusal();
      const { checker, complain } = asked;
      try {
        const answer = checker.requestAvatarId(credentials, { address, log, complain });
        return isThenable(answer) ? this.#later(checker, answer, at + 1) : this.#accepted(checker, answer);
      } catch (error) {
        this.#failed(checker, error);
      }
    }
  }

  async #later(checker: ICredentialsChecker, answer: Promise<AvatarId>, next: number): Promise<Verdict> {
    try {
      return this.#accepted(checker, await answer);
    } catch (error) {
      this.#failed(checker, error);
    }
    return this.verdict(next);
  }

  #accepted(checker: ICredentialsChecker, answer: unknown): AvatarId {
    if (!isAvatarId(answer)) throw new NoAvatarIdError(checker.constructor.name, shown(answer));
    this.#question.complaints.answered(checker);
    return answer;
  }

  /** Notes it, so that the next is asked; whoever denies has the last word. */
  #failed(checker: ICredentialsChecker, error: unknown): void {
    const { complaints } = this.#question;
    if (error instanceof UnauthorizedLogin) {
      this.#wrong ??= error;
      complaints.answered(checker);
    } else if (error instanceof LoginBusy) this.#unsure = error;
    else if (error instanceof LoginFailed) throw error;
    else {
      this.#unsure ??= asUnavailable(error);
      complaints.unavailable(checker, error);
    }
  }

  #refusal(): Refusal {
    const outcome = this.#wrong === undefined ? "dropped" : "failed";
    if (this.#unsure instanceof LoginBusy) return new Refusal(outcome, this.#unsure);
    const cause = this.#unsure ?? this.#wrong;
    return new Refusal(outcome, new UnauthorizedLogin(undefined, { cause }));
  }
}
