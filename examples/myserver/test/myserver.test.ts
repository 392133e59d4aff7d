import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { createInterface, type Interface } from "node:readline";
import {
  ILineAvatar,
  IRealm,
  IUsernamePassword,
  LoginDenied,
  Portal,
  UnauthorizedLogin,
  UsernamePassword,
  type AvatarId,
  type Granted,
} from "appd";
import { memoryPortal, testMaker } from "appd/testing";
import { MyServer } from "../plugins/myserver";
import { MyServerRealm } from "../src/realm";
import { ServerOptions } from "../src/server-options";

const AUTH = ["-p", "0", "--auth", "memory:alice:s3cret"];

/** What the server says, line by line, to someone who says this. */
async function talk(port: number, ...lines: string[]): Promise<string[]> {
  const socket = connect(port);
  const answers: string[] = [];
  const reader = createInterface({ input: socket }).on("line", (line) => answers.push(line));
  for (const line of [...lines, "QUIT"]) socket.write(`${line}\r\n`);
  await once(reader, "close");
  return answers;
}

/** Somebody who has logged in, and stays. */
async function visitor(port: number): Promise<{ socket: Socket; reader: Interface }> {
  const socket = connect(port);
  const reader = createInterface({ input: socket });
  socket.write("USER alice\r\nPASS s3cret\r\n");
  for await (const line of reader) if (line === "+OK logged in") break;
  return { socket, reader };
}

test("it lets in whom --auth names, and tells them who they are", async () => {
  await using app = await testMaker(MyServer, [...AUTH, "--host", "example.org"]).start();
  const answers = await talk(app.port(), "USER alice", "PASS s3cret", "whoami", "hello");
  assert.deepEqual(answers, [
    "+OK log in with USER and PASS",
    "+OK now PASS",
    "+OK logged in",
    "alice at example.org",
    "alice, this server does nothing productive.",
    "+OK bye",
  ]);
});

test("it refuses a wrong password, and guests unless --auth anonymous is said", async () => {
  await using app = await testMaker(MyServer, AUTH).start();
  const answers = await talk(app.port(), "USER alice", "PASS guess", "ANON");
  assert.deepEqual(answers.slice(2, 4), ["-ERR wrong name or password", "-ERR log in with USER and PASS"]);
  await using open = await testMaker(MyServer, [...AUTH, "--auth", "anonymous"]).start();
  assert.deepEqual((await talk(open.port(), "ANON", "hello")).slice(1, 3), [
    "+OK logged in",
    "Welcome to localhost. Only users are answered.",
  ]);
});

test("it logs out whoever is still there when it stops", async () => {
  const gone: AvatarId[] = [];
  const realm = {
    requestAvatar: (avatarId: AvatarId): Granted => ({
      interface: ILineAvatar,
      avatar: { lineReceived: () => undefined },
      logout: () => gone.push(avatarId),
    }),
  };
  const app = await testMaker(MyServer, AUTH).override(IRealm, { useValue: realm }).start();
  const { socket } = await visitor(app.port());
  assert.equal(app.get(Portal).sessions, 1);
  await app.stop();
  assert.deepEqual(gone, ["alice"]);
  socket.destroy();
});

test("it says what to type where --auth is missing, and what is wrong with one", async () => {
  await assert.rejects(
    testMaker(MyServer, ["-p", "0"]).start(),
    /^MissingOptionError: myserver: --auth is required \(give --auth <type\[:arguments\]>, or set APPD_MYSERVER_AUTH\); --help-auth lists the types$/,
  );
  await assert.rejects(
    testMaker(MyServer, ["--auth", "flie:users.passwd"]).start(),
    /myserver: --auth: there is no type "flie" \(did you mean "file"\?\)/,
  );
  await assert.rejects(
    testMaker(MyServer, ["--auth", "file:/nowhere/users.passwd"]).start(),
    /myserver: --auth file:\/nowhere\/users\.passwd: there is no file users\.passwd in \/nowhere/,
  );
});

test("its realm lets nobody in twice", async () => {
  const log = { info: () => undefined };
  const portal = memoryPortal({ alice: "s3cret" }, new MyServerRealm(new ServerOptions(), log as never));
  assert.deepEqual(portal.listCredentialsInterfaces()[0], IUsernamePassword);
  const login = (password: string) =>
    portal.login(new UsernamePassword("alice", password), undefined, ILineAvatar);
  const session = await login("s3cret");
  await assert.rejects(login("s3cret"), LoginDenied);
  await session.logout();
  await using again = await login("s3cret");
  assert.equal(again.avatarId, "alice");
  await assert.rejects(login("guess"), UnauthorizedLogin);
});
