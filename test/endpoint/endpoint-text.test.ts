import { quoteStringArgument, readEndpointText } from "../../src/endpoint/endpoint-text";

const values = (text: string): unknown[] =>
  readEndpointText(text).args.map(({ name, value }) => [name, value]);

describe("readEndpointText", () => {
  it.each([
    ["tcp:80", [[undefined, "80"]]],
    [
      "tcp:80:interface=127.0.0.1",
      [
        [undefined, "80"],
        ["interface", "127.0.0.1"],
      ],
    ],
    [
      "tcp:interface=127.0.0.1:port=80",
      [
        ["interface", "127.0.0.1"],
        ["port", "80"],
      ],
    ],
    ["tcp", []],
    ["tcp:", [[undefined, ""]]],
    [
      "tcp:80:",
      [
        [undefined, "80"],
        [undefined, ""],
      ],
    ],
    ["unix:a=b=c", [["a", "b=c"]]],
    [
      String.raw`tcp:80:interface=\:\:1`,
      [
        [undefined, "80"],
        ["interface", "::1"],
      ],
    ],
    [String.raw`unix:C\:\\x`, [[undefined, String.raw`C:\x`]]],
    [String.raw`unix:a\=b`, [[undefined, "a=b"]]],
    [String.raw`unix:a\=b=c`, [["a=b", "c"]]],
    [
      "x:http://host:80/path:retry=3",
      [
        [undefined, "http://host:80/path"],
        ["retry", "3"],
      ],
    ],
    ["x:url=http://host:80/p?a=b:c", [["url", "http://host:80/p?a=b:c"]]],
  ])("takes %s apart", (text, expected) => {
    expect(values(text)).toEqual(expected);
  });

  it("refuses a backslash that escapes nothing", () => {
    expect(() => readEndpointText("unix:x\\")).toThrow(
      'endpoint "unix:x\\": column 7: a lone backslash at the end escapes nothing (write two for one)',
    );
  });

  it.each(["", "::1", "a=b", String.raw`C:\x`, "é\n:", "\\"])("reads what was quoted: %j", (value) => {
    expect(values(`x:${quoteStringArgument(value)}`)).toEqual([[undefined, value]]);
    expect(values(`x:name=${quoteStringArgument(value)}`)).toEqual([["name", value]]);
  });
});
