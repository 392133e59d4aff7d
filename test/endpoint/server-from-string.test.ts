import { assert, array, constantFrom, pre, property, string } from "fast-check";
import { quoteStringArgument } from "../../src/endpoint/endpoint-text";
import { textOf } from "../../src/endpoint/endpoint-reader";
import { EndpointError, EndpointTextError } from "../../src/endpoint/errors";
import { serverEndpoint, type Where } from "../../src/endpoint/server-endpoint";
import { resolveServerEndpoint, serverFromString } from "../../src/endpoint/server-from-string";
import { TCPServerEndpoint } from "../../src/endpoint/tcp-server-endpoint";
import { UNIXServerEndpoint } from "../../src/endpoint/unix-server-endpoint";
import { refusal } from "./harness";

describe("serverFromString", () => {
  it("EP-01: reads tcp, its arguments by place and by name", () => {
    const all = { port: 8080, interface: "127.0.0.1", backlog: 7 };
    expect(serverFromString("tcp:8080:127.0.0.1:7")).toMatchObject(all);
    expect(serverFromString("tcp:backlog=7:port=8080:interface=127.0.0.1")).toMatchObject(all);
    expect(serverFromString("tcp:interface=127.0.0.1:8080:backlog=7")).toEqual(
      serverFromString("tcp:8080:interface=127.0.0.1:backlog=7"),
    );
    expect(serverFromString("tcp:8080:interface=")).toMatchObject({ interface: undefined });
    expect(serverFromString(String.raw`tcp:80:interface=\:\:1`)).toMatchObject({ interface: "::1" });
  });

  it("EP-02: reads tcp6, in its own order, for IPv6 alone", () => {
    expect(serverFromString(String.raw`tcp6:8080:7:\:\:1`)).toMatchObject({
      port: 8080,
      backlog: 7,
      interface: "::1",
      ipv6Only: true,
    });
    expect(serverFromString("tcp6:8080")).toMatchObject({ interface: "::", ipv6Only: true });
    expect(() => serverFromString("tcp6:8080:interface=127.0.0.1")).toThrow(
      "for IPv6 alone the interface can't be 127.0.0.1, an address of IPv4",
    );
  });

  it("EP-03: reads unix", () => {
    const endpoint = serverFromString("unix:/run/x.sock");
    expect(endpoint).toBeInstanceOf(UNIXServerEndpoint);
    expect(endpoint).toMatchObject({ address: "/run/x.sock" });
  });

  it("EP-15: takes a kind in large letters too", () => {
    expect(serverFromString("TCP:80")).toBeInstanceOf(TCPServerEndpoint);
  });

  it("EP-18: takes a bare port", () => {
    expect(serverFromString("8080")).toMatchObject({ port: 8080 });
  });

  it("remembers the text", () => {
    expect(textOf(serverFromString("tcp:8080"))).toBe("tcp:8080");
  });

  it.each([
    ["tcp", 4, "port is missing: it is written tcp:<port>[:interface=<address>][:backlog=<number>]"],
    ["tcp:", 5, "port is missing"],
    ["tcp:8o80", 5, 'port must be a whole number from 0 to 65535, got "8o80"'],
    ["tcp:70000", 5, 'got "70000"'],
    ["tcp:-1", 5, 'got "-1"'],
    ["tcp:0x50", 5, 'got "0x50"'],
    ["tcp:1e3", 5, 'got "1e3"'],
    ["tcp: 80", 5, 'got " 80"'],
    ["70000", 1, 'port must be a whole number from 0 to 65535, got "70000"'],
    ["tcp:80:x:1:z", 12, '"z" is one argument too many: tcp takes port, interface, backlog'],
    ["tcp:80:host=x", 8, 'tcp has no argument "host", it takes port, interface, backlog'],
    ["tcp:80:interfaces=x", 8, '(did you mean "interface"?)'],
    ["tcp:80:toString=x", 8, 'tcp has no argument "toString"'],
    ["tcp:80:port=81", 8, "port is given twice"],
    ["tcp:80:interface=::1", 19, 'interface is given twice (a colon inside a value is written "\\:")'],
    ["tcp:80:backlog=many", 16, 'backlog must be a whole number from 0 to 65535, got "many"'],
    ["", 1, '"" is no kind of endpoint, there are tcp, '],
    [":8080", 1, '(did you mean "tcp:8080"?)'],
    ["127.0.0.1:8080", 1, '(did you mean "tcp:8080:interface=127.0.0.1"?)'],
    ["[::1]:8080", 1, String.raw`(did you mean "tcp:8080:interface=\:\:1"?)`],
    ["/run/x.sock", 1, '(did you mean "unix:/run/x.sock"?)'],
    ["unix:", 6, "address is missing"],
    ["tcp:8080\\", 9, "a lone backslash at the end escapes nothing (write two for one)"],
    ["tcp:😀:z", 5, 'got "😀"'],
    ["tcp:80:😀=1:z", 8, "tcp has no argument"],
  ])("EP-17: refuses %j at column %d", async (text, column, said) => {
    const message = await refusal(() => serverFromString(text));
    expect(message).toContain(`endpoint "${text}": column ${column}: `);
    expect(message).toContain(said);
  });

  it("counts columns in characters", async () => {
    expect(await refusal(() => serverFromString("tcp:80:é😀:many"))).toContain("column 11: backlog");
  });

  it("shows a text that a terminal would not show, with what it hides", async () => {
    const message = await refusal(() => serverFromString("tcp:\u001b[31m\n"));
    expect(message).toContain(String.raw`endpoint "tcp:\u001b[31m\n": column 5: `);
  });

  it("EP-16: looks for a kind that is not known when it is needed, and suggests what may be meant", async () => {
    const endpoint = serverFromString("tpc:80");
    expect(endpoint.description).toBe("tpc:80");
    const said = 'endpoint "tpc:80": column 1: "tpc" is no kind of endpoint, there are tcp, ';
    expect(await refusal(() => resolveServerEndpoint("tpc:80"))).toContain(said);
    expect(await refusal(() => resolveServerEndpoint("tpc:80"))).toContain('(did you mean "tcp"');
    expect(await refusal(() => endpoint.listen({ signal: AbortSignal.abort() } as never))).toContain(said);
  });

  it("tells programs the text and the column", () => {
    try {
      serverFromString("tcp:8o80");
    } catch (error) {
      expect(error).toBeInstanceOf(EndpointTextError);
      expect(error).toMatchObject({ text: "tcp:8o80", column: 5, code: "APPD_ENDPOINT" });
    }
    expect.assertions(2);
  });

  it("takes any value that was quoted", () => {
    assert(
      property(string({ unit: "binary", minLength: 1, maxLength: 20 }), (value) => {
        pre(!value.includes("\0"));
        const quoted = quoteStringArgument(value);
        expect(serverFromString(`unix:${quoted}`)).toMatchObject({ address: value });
        expect(serverFromString(`unix:mode=600:address=${quoted}`)).toMatchObject({ address: value });
        const inner = quoteStringArgument(`unix:${quoted}`);
        expect(serverFromString(`haproxy:endpoint=${inner}`)).toMatchObject({ inner: { address: value } });
        expect(serverFromString(`haproxy:unix:${quoted}`)).toMatchObject({ inner: { address: value } });
      }),
    );
  });

  it("never fails in any other way, whatever the text", () => {
    const piece = constantFrom(
      "tcp",
      "tcp6",
      "unix",
      "haproxy",
      "ssl",
      "tls",
      "systemd",
      "fd",
      "stdio",
      ":",
      "=",
      "\\",
      "80",
      "::1",
      "trust",
      "port",
      "1",
      "//",
      "*",
      ",",
    );
    const likely = array(piece).map((pieces) => pieces.join(""));
    const read = (text: string): void => {
      try {
        serverFromString(text);
      } catch (error) {
        if (!(error instanceof EndpointError)) throw error;
      }
    };
    assert(property(likely, read), { numRuns: 500 });
    assert(property(string({ unit: "binary" }), read));
    assert(property(likely, (text) => read(`haproxy:${quoteStringArgument(text)}:${text}`)));
  });
});

describe("a text of unreasonable length", () => {
  it.each([
    ["nested", `${"haproxy:".repeat(50_000)}80`, "endpoints are nested too deep"],
    ["of colons", `haproxy:trust=${":".repeat(200_000)}tcp:80`, `"" is no kind of endpoint`],
    ["of a kind", `${"x".repeat(1_000_000)}:80`, "is no kind of endpoint"],
    ["of arguments", `tcp:${"1:".repeat(200_000)}`, "is one argument too many"],
  ])("is refused in no time: %s", async (_, text, said) => {
    const message = await refusal(() => resolveServerEndpoint(text));
    expect(message).toContain(said);
    expect(message.length).toBeLessThan(500);
  });
});

it.each([undefined, null, 8080])("refuses what is no text: %j", async (text) => {
  const message = "an endpoint is written as text, got ";
  expect(await refusal(() => serverFromString(text as unknown as string))).toContain(message);
  expect(await refusal(() => resolveServerEndpoint(text as unknown as string))).toContain(message);
});

describe("serverEndpoint", () => {
  it("EP-18: takes a port, a text and an endpoint", () => {
    const endpoint = serverFromString("tcp:8080");
    expect(serverEndpoint(8080)).toEqual(endpoint);
    expect(serverEndpoint("tcp:8080")).toEqual(endpoint);
    expect(serverEndpoint(endpoint)).toBe(endpoint);
  });

  it.each([undefined, null, {}, true])("refuses %j", async (where) => {
    const message = "where to listen must be a port, an endpoint string or an endpoint, got ";
    expect(await refusal(() => serverEndpoint(where as Where))).toContain(message);
  });
});
