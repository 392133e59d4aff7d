import type { Socket } from "node:net";
import { Anonymous } from "../cred/anonymous";
import { IAnonymous, type ICredentials } from "../cred/credentials";
import { LoginBusy, LoginFailed, TooManyAttempts } from "../cred/errors";
import type { Portal } from "../cred/portal";
import type { Session } from "../cred/session";
import { UsernamePassword } from "../cred/username-password";
import { SharedInterface } from "../interface/interface";
import { interfaceId } from "../interface/record";
import { after } from "../service/clock";
import { LineReceiver, type LineReceiverOptions } from "./line-receiver";

/** What an avatar can do with the connection of whoever has logged in. */
export type LineConnection = Pick<LineReceiver, "sendLine" | "loseConnection">;

/** An avatar for {@link LoginProtocol}: it takes the lines of whoever has logged in. */
@SharedInterface("appd:ILineAvatar", "lineReceived")
export abstract class ILineAvatar {
  /** At once or later: the next line waits for it. What it throws ends the connection. */
  abstract lineReceived(line: string, connection: LineConnection): unknown;
}

export interface LoginProtocolOptions extends LineReceiverOptions {
  /** Milliseconds to log in: 60,000 unless said. */
  readonly loginTimeout?: number;
  /** Refusals after which the connection ends: 3 unless said. */
  readonly attempts?: number;
}

/**
 * Lets someone log in over a connection, in the manner of POP3 (RFC 1939): `USER name`, then `PASS password`, or
 * `ANON` where the portal takes that. The realm is asked for an {@link ILineAvatar}, which gets the lines that follow;
 * `QUIT` ends it, and logout comes with the end of the connection.
 *
 * ```ts
 * new TCPServer(1234, (socket) => new LoginProtocol(socket, this.portal));
 * ```
 */
export class LoginProtocol extends LineReceiver {
  readonly #portal: Portal;
  readonly #options: LoginProtocolOptions;
  readonly #callOffLogin: () => void;
  #name: string | undefined;
  #refused = 0;
  #session: Session<typeof ILineAvatar> | undefined;

  constructor(socket: Socket, portal: Portal, options: LoginProtocolOptions = {}) {
    super(socket, { maxLength: 1_024 + "PASS ".length, ...options });
    this.#portal = portal.from(socket);
    this.#options = options;
    const { loginTimeout = 60_000 } = options;
    this.#callOffLogin = after(this.clock, loginTimeout, () => this.#bye("-ERR too slow"));
  }

  protected override connectionMade(): void {
    this.sendLine("+OK log in with USER and PASS");
  }

  protected override async lineReceived(line: string): Promise<void> {
    if (/^quit$/i.test(line)) this.#bye("+OK bye");
    else if (this.#session) await this.#session.avatar.lineReceived(line, this);
    else await this.#command(line);
  }

  protected override lineLengthExceeded(): void {
    this.#bye("-ERR this line is too long");
  }

  protected override async connectionLost(): Promise<void> {
    this.#callOffLogin();
    await this.#session?.logout();
  }

  async #command(line: string): Promise<void> {
    const [, command = "", text = ""] = /^(\S*) ?([^]*)$/.exec(line) ?? [];
    const word = command.toUpperCase();
    if (word === "USER" && text !== "") this.#user(text);
    else if (word === "PASS") await this.#pass(text);
    else if (word === "ANON" && this.#takesAnonymous()) await this.#login(new Anonymous());
    else this.sendLine("-ERR log in with USER and PASS");
  }

  #user(name: string): void {
    this.#name = name;
    this.sendLine("+OK now PASS");
  }

  async #pass(password: string): Promise<void> {
    if (this.#name === undefined) this.sendLine("-ERR say USER first");
    else await this.#login(new UsernamePassword(this.#name, password));
  }

  async #login(credentials: ICredentials): Promise<void> {
    this.#name = undefined;
    try {
      const session = await this.#portal.login(credentials, undefined, ILineAvatar);
      await this.#enter(session);
    } catch (error) {
      if (!(error instanceof LoginFailed)) throw error;
      this.#refuse(error);
    }
  }

  async #enter(session: Session<typeof ILineAvatar>): Promise<void> {
    this.#callOffLogin();
    this.#session = session;
    this.sendLine("+OK logged in");
    // Whoever has gone meanwhile is past connectionLost.
    if (this.socket.closed) await session.logout();
  }

  /** One answer for all reasons that concern the credentials, so that nobody learns from it. */
  #refuse(error: LoginFailed): void {
    const { attempts = 3 } = this.#options;
    this.#refused++;
    const isWait = error instanceof TooManyAttempts || error instanceof LoginBusy;
    this.sendLine(isWait ? `-ERR try again in ${error.retryAfter} s` : "-ERR wrong name or password");
    if (this.#refused >= attempts) this.loseConnection();
  }

  #bye(line: string): void {
    this.sendLine(line);
    this.loseConnection();
  }

  #takesAnonymous(): boolean {
    const anonymous = interfaceId(IAnonymous);
    return this.#portal.listCredentialsInterfaces().some((one) => interfaceId(one) === anonymous);
  }
}
