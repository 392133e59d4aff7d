import {
  ICredentialsChecker,
  Implements,
  Interface,
  IRealm,
  IUsernamePassword,
  Logger,
  UnauthorizedLogin,
  type AvatarId,
  type Granted,
  type LoginAttempt,
} from "appd";

@Interface("id")
export abstract class IVisitor {
  abstract readonly id: string;
}

@Interface("rule")
export abstract class IRuler {
  abstract rule(): string;
}

/** Gives everybody a visitor, and counts how often someone logs out. */
@Implements(IRealm)
export class Realm implements IRealm {
  loggedOut = 0;
  readonly minds: unknown[] = [];

  requestAvatar(avatarId: AvatarId, mind: unknown): Granted | Promise<Granted> {
    this.minds.push(mind);
    return { interface: IVisitor, avatar: { id: String(avatarId) }, logout: () => this.loggedOut++ };
  }
}

/** Does with names and passwords what a test says, and notes whom it was asked for. */
@Implements(ICredentialsChecker)
export class FakeChecker implements ICredentialsChecker {
  readonly credentialInterfaces = [IUsernamePassword];
  readonly asked: string[] = [];

  constructor(
    readonly answer: (credentials: IUsernamePassword, attempt?: LoginAttempt) => AvatarId | Promise<AvatarId>,
  ) {}

  requestAvatarId(credentials: IUsernamePassword, attempt?: LoginAttempt): AvatarId | Promise<AvatarId> {
    this.asked.push(credentials.username);
    return this.answer(credentials, attempt);
  }
}

/** Knows nobody. */
export const nobody = (): FakeChecker =>
  new FakeChecker(() => {
    throw new UnauthorizedLogin();
  });

/** A time that a test turns. */
export class FakeClock {
  seconds = 1000;
  now(): number {
    return this.seconds * 1000;
  }
}

export interface Line {
  readonly level: string;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Keeps what is written. */
export class KeptLog extends Logger {
  readonly lines: Line[] = [];
  readonly fatal = this.#write("fatal");
  readonly error = this.#write("error");
  readonly warn = this.#write("warn");
  readonly info = this.#write("info");
  readonly debug = this.#write("debug");
  readonly trace = this.#write("trace");

  child(): Logger {
    return this;
  }

  get messages(): string[] {
    return this.lines.map(({ level, message }) => `${level} ${message}`);
  }

  #write(level: string) {
    return (first: unknown, second?: unknown): void => {
      const alone = typeof first === "string";
      const fields = (alone ? {} : first) as Line["fields"];
      this.lines.push({ level, message: alone ? first : String(second), fields });
    };
  }
}

/** What was thrown. */
export async function thrownBy(work: Promise<unknown>): Promise<unknown> {
  try {
    await work;
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}
