import { quoteStringArgument, readEndpointText } from "../../src/endpoint/endpoint-text";
import { EndpointError } from "../../src/endpoint/errors";
import { serverEndpoint } from "../../src/endpoint/server-endpoint";
import { TCPServerEndpoint } from "../../src/endpoint/tcp-server-endpoint";
import { UNIXServerEndpoint } from "../../src/endpoint/unix-server-endpoint";

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

describe("serverEndpoint", () => {
  it("EP-01: reads tcp:, its arguments by place and by name", () => {
    expect(serverEndpoint("tcp:8080:127.0.0.1:7")).toMatchObject({
      port: 8080,
      interface: "127.0.0.1",
      backlog: 7,
    });
    expect(serverEndpoint("tcp:backlog=7:port=8080")).toMatchObject({ port: 8080, backlog: 7 });
    expect(serverEndpoint("tcp:8080:interface=")).toMatchObject({ port: 8080, interface: undefined });
  });

  it("EP-03: reads unix:", () => {
    const endpoint = serverEndpoint("unix:/run/x.sock");
    expect(endpoint).toBeInstanceOf(UNIXServerEndpoint);
    expect(endpoint).toMatchObject({ address: "/run/x.sock" });
  });

  it("EP-18: takes a bare port, as a number and as text", () => {
    for (const where of [8080, "8080"]) {
      expect(serverEndpoint(where)).toBeInstanceOf(TCPServerEndpoint);
      expect(serverEndpoint(where)).toMatchObject({ port: 8080 });
    }
  });

  it("takes an endpoint as it is", () => {
    const endpoint = serverEndpoint("tcp:0");
    expect(serverEndpoint(endpoint)).toBe(endpoint);
  });

  it.each([
    ["tcp", 'endpoint "tcp": the port is missing'],
    ["tcp:", 'endpoint "tcp:": a port must be a whole number from 0 to 65535, got ""'],
    ["tcp:80x", 'a port must be a whole number from 0 to 65535, got "80x"'],
    ["tcp:70000", 'got "70000"'],
    ["tcp:-1", 'got "-1"'],
    ["tcp:0x50", 'got "0x50"'],
    ["tcp:1e3", 'got "1e3"'],
    ["tcp: 80", 'got " 80"'],
    ["70000", 'a port must be a whole number from 0 to 65535, got "70000"'],
    ["tcp:80:::", '"" is one argument too many: tcp: takes port, interface, backlog'],
    ["tcp:80:host=x", 'tcp: has no argument "host"; it takes port, interface, backlog'],
    ["tcp:80:port=81", '"port" is given twice'],
    ["tcp:80:backlog=many", 'backlog must be a whole number from 0 to 65535, got "many"'],
    ["tpc:80", '"tpc" is no kind of endpoint that is known here (did you mean "tcp"?); known: tcp:8080'],
    ["", 'endpoint "": "" is no kind of endpoint'],
    ["unix:", 'endpoint "unix:": the path of the socket is missing'],
  ])("EP-16, EP-17: refuses %j in one line", (text, message) => {
    expect(() => serverEndpoint(text)).toThrow(message);
    try {
      serverEndpoint(text);
    } catch (error) {
      expect(error).toBeInstanceOf(EndpointError);
      expect((error as Error).message).not.toContain("\n");
    }
  });
});
