import assert from "node:assert/strict";
import { UsernamePassword } from "appd";
import { memoryPortal, testMaker } from "appd/testing";
import { Site } from "../plugins/site";
import { IVisitor, SiteRealm } from "../src/visitors";

const AUTH = ["-p", "0", "--auth", "memory:alice:s3cret"];
const header = (name: string, password: string) => ({
  Authorization: `Basic ${btoa(`${name}:${password}`)}`,
});

test("it greets whom --auth knows, and nobody else", async () => {
  await using app = await testMaker(Site, AUTH).start();
  const url = `http://localhost:${app.port()}/`;
  assert.equal(await (await fetch(url, { headers: header("alice", "s3cret") })).text(), "Hello, alice!\n");
  const refused = await fetch(url, { headers: header("alice", "guess") });
  assert.equal(refused.status, 401);
  assert.equal(refused.headers.get("WWW-Authenticate"), 'Basic realm="appd", charset="UTF-8"');
});

test("it lets strangers read where --auth anonymous is said", async () => {
  await using app = await testMaker(Site, [...AUTH, "--auth", "anonymous"]).start();
  const url = `http://localhost:${app.port()}/`;
  assert.equal(await (await fetch(url)).text(), "Hello, stranger!\n");
  assert.equal((await fetch(url, { method: "POST" })).status, 403);
  assert.equal((await fetch(url, { method: "POST", headers: header("alice", "s3cret") })).status, 200);
});

test("it does not start with a way that no --auth can judge", async () => {
  await assert.rejects(
    testMaker(Site, [...AUTH, "--by", "bearer"]).start(),
    /no checker can judge IBearerToken/,
  );
});

test("its realm lets those write who have said who they are", async () => {
  const portal = memoryPortal({ alice: "s3cret" }, new SiteRealm({ debug: () => undefined } as never));
  await using session = await portal.login(new UsernamePassword("alice", "s3cret"), undefined, IVisitor);
  assert.equal(session.avatar.mayWrite, true);
});
