import { messageOf, stackOf } from "../../src/log/describe-error";

const hostile = new Proxy(
  {},
  {
    get() {
      throw new Error("no");
    },
    has() {
      throw new Error("no");
    },
    getPrototypeOf() {
      throw new Error("no");
    },
  },
);

describe("messageOf", () => {
  it.each([
    ["an error's message", new Error("out of cheese"), "out of cheese"],
    ["its name where it has no message", new TypeError(), "TypeError"],
    ["a text", "out of cheese", "out of cheese"],
    ["undefined", undefined, "undefined was thrown, which is no Error"],
    ["null", null, "null was thrown, which is no Error"],
    ["an object", { code: 7 }, "{ code: 7 } was thrown, which is no Error"],
  ])("describes %s", (_, thrown, message) => {
    expect(messageOf(thrown)).toBe(message);
  });

  it("survives an object that throws at every touch", () => {
    expect(messageOf(hostile)).toContain("was thrown, which is no Error");
    expect(
      messageOf({
        toString() {
          throw new Error("no");
        },
      }),
    ).toContain("which is no Error");
  });
});

describe("stackOf", () => {
  it("shows the causes and the errors that an error gathers, a circle once", () => {
    const inner = new Error("inner");
    const outer = new AggregateError([new Error("one"), "two"], "outer", { cause: inner });
    inner.cause = outer;
    const text = stackOf(outer);
    expect(text).toContain("AggregateError: outer");
    expect(text).toContain("one of its errors: Error: one");
    expect(text).toContain("one of its errors: 'two'");
    expect(text).toContain("caused by: Error: inner");
    expect(text.match(/AggregateError/g)).toHaveLength(1);
  });

  it("shows a message that was changed after the error was made", () => {
    const error = new Error("old");
    expect(error.stack).toContain("old");
    error.message = "new";
    expect(stackOf(error)).toContain("new");
  });
});
