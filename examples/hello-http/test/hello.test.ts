import assert from "node:assert/strict";
import { HTTPServer } from "appd";
import { testMaker } from "appd/testing";
import { container } from "tsyringe";
import { Hello, HelloOptions } from "../plugins/hello";
import { Greeter } from "../src/greeter";

/** Greets in its own way. */
const parrot = { greet: (name: string) => `Polly wants ${name}!` } as Greeter;

test("it greets whom the request names", async () => {
  await using app = await testMaker(Hello, ["--port", "0"]).start();
  const response = await fetch(`http://localhost:${app.port()}/?name=dog`);
  assert.equal(await response.text(), '{"greeting":"Hello, dog!"}');
});

test("it greets whom the command line names, as the test's greeter does", async () => {
  await using app = await testMaker(Hello, ["-p", "0", "--name", "a cracker"])
    .override(Greeter, { useValue: parrot })
    .start();
  assert.equal(app.options.name, "a cracker");
  assert.equal(app.get(Greeter), parrot);
  const response = await fetch(`http://localhost:${app.port()}/`);
  assert.equal(await response.text(), '{"greeting":"Polly wants a cracker!"}');
});

test("it is a class like any other", () => {
  assert.ok(new Hello(parrot).makeService(new HelloOptions()) instanceof HTTPServer);
});

test("tsyringe builds it from what the test registers", () => {
  const child = container.createChildContainer().register(Greeter, { useValue: parrot });
  assert.ok(child.resolve(Hello).makeService(new HelloOptions()) instanceof HTTPServer);
});
