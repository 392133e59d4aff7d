import assert from "node:assert/strict";
import { TCPServer } from "appd";
import { MyProject } from "../plugins/myproject";

test("the maker is a class like any other", () => {
  const maker = new MyProject();
  assert.equal(maker.port, 1235);
  assert.ok(maker.makeService() instanceof TCPServer);
});
