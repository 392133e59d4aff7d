import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { TCPServer } from "appd";
import { testMaker } from "appd/testing";
import { container } from "tsyringe";
import { MyProject } from "../plugins/myproject";

test("it greets whoever connects", async () => {
  await using app = await testMaker(MyProject, ["--port", "0"]).start();
  const socket = connect(app.port());
  const [greeting] = (await once(socket, "data")) as [Buffer];
  assert.match(greeting.toString(), /^Woof!/);
  socket.destroy();
});

test("it refuses a port that is none", async () => {
  await assert.rejects(
    testMaker(MyProject, ["--port", "http"]).start(),
    /--port must be a number, got "http"/,
  );
});

test("it is a class like any other", () => {
  const maker = new MyProject();
  assert.equal(maker.port, 1235);
  assert.ok(maker.makeService() instanceof TCPServer);
});

test("tsyringe builds it, without appd", () => {
  const child = container.createChildContainer();
  assert.ok(child.resolve(MyProject).makeService() instanceof TCPServer);
});
