import { kebabCase, quote, shown, word, wrap } from "../../src/base/text";

it.each([
  ["port", "port"],
  ["maxConns", "max-conns"],
  ["HTTPPort", "http-port"],
  ["useHTTP", "use-http"],
  ["max_conns", "max-conns"],
  ["port2", "port2"],
  ["x509Key", "x509-key"],
])("kebabCase turns %s into %s", (name, kebab) => {
  expect(kebabCase(name)).toBe(kebab);
});

describe("quote", () => {
  it("escapes what could disturb a terminal or hide something", () => {
    expect(quote('a"b\\c')).toBe('"a\\"b\\\\c"');
    expect(quote("\u001b[2J\n\t\u0000\u202e\ufffd\ud800")).toBe(
      '"\\u001b[2J\\n\\t\\u0000\\u202e\\ufffd\\ud800"',
    );
    expect(quote("äöü € 😀")).toBe('"äöü € 😀"');
  });

  it("shortens without cutting a character in two", () => {
    expect(quote("x".repeat(60))).toBe(`"${"x".repeat(60)}"`);
    expect(quote("x".repeat(59) + "😀y")).toBe(`"${"x".repeat(59)}…" (62 characters)`);
  });
});

it("word leaves a plain word bare", () => {
  expect(word("--port")).toBe("--port");
  expect(word("a b")).toBe('"a b"');
  expect(word("")).toBe('""');
});

it("shown says what a value is", () => {
  class Point {
    x = 1;
  }
  class Named {
    toString(): string {
      return "tcp:80";
    }
  }
  const values = [
    1.5,
    10n,
    true,
    undefined,
    "a",
    new Date(0),
    new URL("http://a"),
    [1, "b"],
    new Point(),
    new Named(),
  ];
  expect(values.map(shown)).toEqual([
    "1.5",
    "10",
    "true",
    "undefined",
    '"a"',
    "1970-01-01T00:00:00.000Z",
    '"http://a/"',
    '[1, "b"]',
    "an instance of Point",
    '"tcp:80"',
  ]);
  expect(shown(new Date(NaN))).toBe("an invalid date");
  expect(shown([1, 2, 3, 4, 5, 6])).toBe("[1, 2, 3, 4, 5, … (6 values)]");
  expect(shown(10n ** 100n)).toHaveLength(78);
  expect(shown(Object.create(null))).toBe("an instance of Object");
});

describe("wrap", () => {
  it("breaks lines at blanks, and a word only when it is longer than a line", () => {
    expect(wrap("one two three", 7)).toEqual(["one two", "three"]);
    expect(wrap("one  two\nthree", 80)).toEqual(["one two three"]);
    expect(wrap("abcdefgh ij", 3)).toEqual(["abc", "def", "gh", "ij"]);
    expect(wrap("", 3)).toEqual([]);
    expect(wrap("ab", 0)).toEqual(["a", "b"]);
  });

  it.each([1, 2, 5, 10, 40])("has no line longer than %d", (width) => {
    const text = "The quick --brown-fox jumps over http://example.org/a/lazy/dog and 😀 back.";
    for (const line of wrap(text, width)) expect(line.length).toBeLessThanOrEqual(Math.max(width, 2));
  });
});
