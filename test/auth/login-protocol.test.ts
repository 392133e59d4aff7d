import { connect, createServer, type Server, type Socket } from "node:net";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import {
  AllowAnonymousAccess,
  Application,
  ICredentialsChecker,
  ILineAvatar,
  Implements,
  IRealm,
  IUsernamePassword,
  LineReceiver,
  LoginBusy,
  LoginProtocol,
  Portal,
  TCPServer,
  type AvatarId,
  type Granted,
  type LineConnection,
  type LoginProtocolOptions,
} from "../../src/index";
import { FakeClock, LineLogger, settled } from "../service/harness";
import { alice, Slow, until } from "./guard-harness";

/** Says back what it hears, in the name of whoever says it. */
@Implements(ILineAvatar)
class Echo implements ILineAvatar {
  constructor(readonly name: string) {}
  lineReceived(line: string, connection: LineConnection): void {
    if (line === "throw") throw new Error("thrown by an avatar");
    if (line === "bye") connection.loseConnection();
    connection.sendLine(`${this.name}: ${line}`);
  }
}

@Implements(IRealm)
class Realm implements IRealm {
  readonly went: string[] = [];
  requestAvatar(avatarId: AvatarId): Granted {
    const name = String(avatarId);
    return { interface: ILineAvatar, avatar: new Echo(name), logout: () => this.went.push(name) };
  }
}

@Implements(ICredentialsChecker)
class Busy implements ICredentialsChecker {
  readonly credentialInterfaces = [IUsernamePassword];
  requestAvatarId(): never {
    throw new LoginBusy("", 4);
  }
}

/** A server of whatever protocol, and a client that hears lines. */
class Line {
  readonly server: Server;
  readonly client: Socket;
  heard = "";
  ended = false;
  protocol: LineReceiver | undefined;

  static async open(protocol: (socket: Socket) => LineReceiver): Promise<Line> {
    const server = createServer((socket) => (line.protocol = protocol(socket))).listen(0, "127.0.0.1");
    await once(server, "listening");
    const client = connect((server.address() as AddressInfo).port, "127.0.0.1");
    const line = new Line(server, client);
    await once(client, "connect");
    await until(() => line.protocol !== undefined);
    return line;
  }

  private constructor(server: Server, client: Socket) {
    this.server = server;
    this.client = client.setEncoding("utf8");
    client.on("data", (text: string) => (this.heard += text)).on("end", () => (this.ended = true));
    client.on("error", () => undefined);
  }

  /** Says this, and waits for so many lines to be heard in all; gives those that are new. */
  async say(text: string, lines = 1): Promise<string[]> {
    const before = this.lines.length;
    this.client.write(text);
    await until(() => this.lines.length >= before + lines);
    return this.lines.slice(before);
  }

  get lines(): string[] {
    return this.heard.split("\r\n").slice(0, -1);
  }

  close(): void {
    this.client.destroy();
    this.server.close();
  }
}

const socketOf = ({ protocol }: Line): Socket => (protocol as unknown as { socket: Socket }).socket;

const lines: Line[] = [];
afterEach(() => lines.splice(0).forEach((line) => line.close()));

async function open(protocol: (socket: Socket) => LineReceiver): Promise<Line> {
  const line = await Line.open(protocol);
  lines.push(line);
  return line;
}

describe("LoginProtocol", () => {
  const clock = new FakeClock();
  let realm: Realm;
  beforeEach(() => (realm = new Realm()));

  async function serve(checkers = [alice()], options: LoginProtocolOptions = {}): Promise<Line> {
    const portal = new Portal(realm, checkers);
    const line = await open((socket) => new LoginProtocol(socket, portal, { clock, ...options }));
    await until(() => line.lines.length === 1);
    return line;
  }
  const login = "USER alice\r\nPASS s3cret\r\n";

  it("greets, logs someone in, and hands the lines that follow to the avatar", async () => {
    const line = await serve();
    expect(line.lines).toEqual(["+OK log in with USER and PASS"]);
    expect(await line.say("USER alice\r\n")).toEqual(["+OK now PASS"]);
    expect(await line.say("PASS s3cret\r\n")).toEqual(["+OK logged in"]);
    expect(await line.say("USER bob\nhällo\n", 2)).toEqual(["alice: USER bob", "alice: hällo"]);
    expect(realm.went).toEqual([]);
  });

  it("takes all that was said at once, in its order, with any bytes in a password but the end of a line", async () => {
    const line = await serve();
    const said = await line.say("user jürgen\npass pässword:mit:Doppelpunkt\none\ntwo\nquit\n", 5);
    expect(said).toEqual(["+OK now PASS", "+OK logged in", "jürgen: one", "jürgen: two", "+OK bye"]);
    await until(() => line.ended && realm.went.length === 1);
  });

  it("answers who says all at once and then nothing more, as `printf … | nc` does", async () => {
    const checker = new Slow();
    const line = await serve([checker]);
    line.client.end("USER alice\r\nPASS s3cret\r\none\r\ntwo\r\n");
    await until(() => checker.waiting.length === 1 && socketOf(line).readableEnded);
    checker.letIn();
    await until(() => line.ended && realm.went.length === 1);
    expect(line.lines.slice(1)).toEqual(["+OK now PASS", "+OK logged in", "alice: one", "alice: two"]);
  });

  it.each([
    ["a wrong password", "USER alice\nPASS wrong\n", "-ERR wrong name or password"],
    ["an unknown name, in the same words", "USER bob\nPASS s3cret\n", "-ERR wrong name or password"],
    ["an empty password", "USER alice\nPASS\n", "-ERR wrong name or password"],
    ["a password without a name", "PASS s3cret\n", "-ERR say USER first"],
    ["a name without text", "USER\n", "-ERR log in with USER and PASS"],
    ["anything else before the login", "hello\n", "-ERR log in with USER and PASS"],
    ["an empty line", "\n", "-ERR log in with USER and PASS"],
    ["ANON where that is not taken", "ANON\n", "-ERR log in with USER and PASS"],
  ])("refuses %s", async (_, text, answer) => {
    const line = await serve();
    await line.say(text, text.split("\n").length - 1);
    expect(line.lines.at(-1)).toBe(answer);
  });

  it("CK-01: lets ANON in where the portal takes that", async () => {
    const line = await serve([new AllowAnonymousAccess()]);
    expect(await line.say("ANON\nhi\n", 2)).toEqual(["+OK logged in", "Symbol(appd:ANONYMOUS): hi"]);
  });

  it("says when to try again while too many are being checked", async () => {
    const line = await serve([new Busy()]);
    expect(await line.say(login, 2)).toEqual(["+OK now PASS", "-ERR try again in 4 s"]);
  });

  it("ends the connection after three refusals", async () => {
    const line = await serve();
    await line.say("USER a\nPASS 1\nUSER a\nPASS 2\nUSER a\nPASS 3\nUSER alice\nPASS s3cret\n", 6);
    await until(() => line.ended);
    expect(line.lines).toHaveLength(7);
    expect(realm.went).toEqual([]);
  });

  it("ends the connection of whoever takes too long, however much he says", async () => {
    const line = await serve();
    await line.say("USER alice\r\n");
    await clock.pass(60_000);
    await until(() => line.ended);
    expect(line.lines.at(-1)).toBe("-ERR too slow");
    expect(clock.pending).toBe(0);
  });

  it("lets whoever has logged in be silent", async () => {
    const line = await serve();
    await line.say(login, 2);
    expect(clock.pending).toBe(0);
    await clock.pass(3_600_000);
    expect(await line.say("still here\n")).toEqual(["alice: still here"]);
  });

  it("rule 10: ends the connection at a name or password that is too long", async () => {
    const line = await serve();
    expect(await line.say(`USER ${"x".repeat(2_000)}\n`)).toEqual(["-ERR this line is too long"]);
    await until(() => line.ended);
  });

  it("CR-09: logs out when the peer leaves, or resets", async () => {
    for (const leave of ["end", "resetAndDestroy"] as const) {
      const line = await serve();
      await line.say(login, 2);
      line.client[leave]();
      await until(() => realm.went.length === 1);
      realm.went.length = 0;
    }
  });

  it("CR-09: logs out whoever has gone before he was let in", async () => {
    const gate = new Slow();
    const line = await serve([gate]);
    await line.say(login, 1);
    await until(() => gate.waiting.length === 1);
    line.client.resetAndDestroy();
    await until(() => socketOf(line).closed);
    gate.letIn();
    await until(() => realm.went.length === 1);
  });

  it("costs its own connection when an avatar throws, and a line in the log of the server", async () => {
    const logger = new LineLogger();
    const app = new Application("demo", { logger });
    const portal = new Portal(realm, [alice()]);
    const server = new TCPServer("tcp:0:interface=127.0.0.1", (socket) => new LoginProtocol(socket, portal));
    server.setServiceParent(app);
    await app.start();
    const client = connect((server.address as AddressInfo).port, "127.0.0.1");
    client.on("error", () => undefined).resume();
    client.write(`${login}throw\r\n`);
    await once(client, "close");
    await until(() => realm.went.length === 1 && logger.grave.length === 1);
    expect(logger.grave[0]).toMatch(
      /^error demo\S*: the connection from 127.0.0.1:\d+ failed: thrown by an avatar$/,
    );
    await app.stop();
  });
});

describe("LineReceiver", () => {
  class Kept extends LineReceiver {
    readonly got: string[] = [];
    lost = 0;
    wait: Promise<void> | undefined;
    protected override async lineReceived(line: string): Promise<void> {
      this.got.push(line);
      await this.wait;
      this.sendLine(line.toUpperCase());
    }
    protected override connectionLost(): void {
      this.lost++;
    }
  }
  const kept = ({ protocol }: Line): Kept => protocol as Kept;

  it("takes lines apart wherever the network has cut them, ended by LF or CRLF", async () => {
    const line = await open((socket) => new Kept(socket));
    for (const part of ["o", "ne\r", "\ntw", "o\n\nth", "ree\r\n"]) {
      line.client.write(part);
      await settled();
    }
    await until(() => line.lines.length === 4);
    expect(kept(line).got).toEqual(["one", "two", "", "three"]);
  });

  it("waits for one line before it takes the next", async () => {
    const line = await open((socket) => new Kept(socket));
    let go = (): void => undefined;
    kept(line).wait = new Promise((resolve) => (go = resolve));
    line.client.write("one\ntwo\n");
    await until(() => kept(line).got.length === 1);
    line.client.write("three\n");
    await settled();
    expect(kept(line).got).toEqual(["one"]);
    go();
    await until(() => line.lines.length === 3);
    expect(line.lines).toEqual(["ONE", "TWO", "THREE"]);
  });

  it("ends with a peer that has hung up before it was ready, whatever that has said", async () => {
    for (const said of ["", "one\n"]) {
      let ready = (): void => undefined;
      class Late extends Kept {
        protected override connectionMade(): Promise<void> {
          return new Promise((resolve) => (ready = resolve));
        }
      }
      const line = await open((socket) => new Late(socket));
      line.client.end(said);
      for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
      ready();
      await until(() => line.ended && kept(line).lost === 1);
      expect(kept(line).got).toEqual(said === "" ? [] : ["one"]);
    }
  });

  it("takes a line of just the length that is allowed, and ends the connection at a longer one", async () => {
    const line = await open((socket) => new Kept(socket, { maxLength: 4 }));
    expect(await line.say("1234\r\n12\n", 2)).toEqual(["1234", "12"]);
    line.client.write("12345\n");
    await until(() => line.ended);
    const endless = await open((socket) => new Kept(socket, { maxLength: 4 }));
    endless.client.write("123456789");
    await until(() => endless.ended);
    expect(kept(endless).got).toEqual([]);
  });

  it("ends the connection of whoever is silent for too long", async () => {
    const clock = new FakeClock();
    const line = await open((socket) => new Kept(socket, { clock, idleTimeout: 1_000 }));
    await clock.pass(900);
    await line.say("still here\n");
    await clock.pass(900);
    expect(line.ended).toBe(false);
    await clock.pass(100);
    await until(() => line.ended && kept(line).lost === 1);
    await expect(kept(line).finished).resolves.toBeUndefined();
  });

  it("stops reading from a peer that does not read", async () => {
    const line = await open((socket) => new Kept(socket, { maxLength: 100_000 }));
    line.client.pause();
    const long = `${"x".repeat(90_000)}\n`;
    for (let count = 0; count < 500; count++) line.client.write(long);
    await until(() => socketOf(line).writableNeedDrain);
    await settled();
    expect(kept(line).got.length).toBeLessThan(490);
    line.client.resume();
    await until(() => line.lines.length === 500);
  });

  it("is over at once on a connection that is gone", async () => {
    const line = await open((socket) => new Kept(socket));
    const socket = socketOf(line);
    socket.destroy();
    await once(socket, "close");
    const late = new Kept(socket);
    await late.finished;
    expect(late.lost).toBe(1);
  });
});
