import { suspectedPath } from "../../src/runner/suspect";

class Heartbeat {
  readonly path: string;
  constructor(path: string) {
    this.path = path;
  }
  beat(): Error {
    return new Error("missed");
  }
}
class Web {
  readonly path = "hello/web";
}
const tree = (...services: object[]) => ({ path: "hello", services });

describe("suspectedPath", () => {
  it("is the path of the only service", () => {
    expect(suspectedPath(tree(tree(new Web())), new Error("oops"))).toBe("hello/web");
  });

  it("is the path of the service that the stack names", () => {
    const heart = new Heartbeat("hello/heart");
    expect(suspectedPath(tree(new Web(), heart), heart.beat())).toBe("hello/heart");
  });

  it("goes by the method alone where source maps have taken the class from the stack", () => {
    const error = new Error("missed");
    error.stack = "Error: missed\n    at beat (/p/heart.ts:1:2)\n    at Timeout._onTimeout (/p/heart.ts:3:4)";
    expect(suspectedPath(tree(new Web(), new Heartbeat("hello/heart")), error)).toBe("hello/heart");
  });

  it("is the application's where several services may be meant", () => {
    const hearts = [new Heartbeat("hello/left"), new Heartbeat("hello/right")];
    expect(suspectedPath(tree(...hearts), hearts[0]?.beat())).toBe("hello");
    expect(suspectedPath(tree(new Web(), ...hearts), "no error at all")).toBe("hello");
  });

  it("is unknown where nothing has a path", () => {
    expect(suspectedPath({}, undefined)).toBeUndefined();
  });
});
