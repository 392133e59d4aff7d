import fc from "fast-check";
import { crc32c } from "../../src/endpoint/crc32c";
import type { ProxyHeader } from "../../src/endpoint/proxy-header";
import { readProxyHeader } from "../../src/endpoint/read-proxy-header";
import { binaryHeader, checksummed, field, INET, INET6, LOCAL, UNIX, UNSPEC } from "./proxy-headers";

const read = (bytes: Buffer | string): ProxyHeader =>
  readProxyHeader(typeof bytes === "string" ? Buffer.from(bytes, "latin1") : bytes);

function whole(bytes: Buffer | string): { length: number; addresses?: unknown } {
  const header = read(bytes);
  if (header.is !== "whole") throw new Error(`not whole: ${JSON.stringify(header)}`);
  return header;
}

describe("the PROXY header, version 1", () => {
  it("EP-07: says who talks to whom", () => {
    expect(whole("PROXY TCP4 192.0.2.1 198.51.100.9 56324 443\r\nGET /")).toEqual({
      is: "whole",
      length: 45,
      addresses: {
        remoteAddress: "192.0.2.1",
        remotePort: 56_324,
        remoteFamily: "IPv4",
        localAddress: "198.51.100.9",
        localPort: 443,
        localFamily: "IPv4",
      },
    });
    expect(whole("PROXY TCP6 2001:DB8:0:0::1 ::1 1 65535\r\n").addresses).toMatchObject({
      remoteAddress: "2001:db8::1",
      remoteFamily: "IPv6",
      localAddress: "::1",
      localPort: 65_535,
    });
  });

  it("EP-07: may not know", () => {
    expect(whole("PROXY UNKNOWN\r\n")).toEqual({ is: "whole", length: 15, addresses: undefined });
    expect(whole("PROXY UNKNOWN ff:f...f:f 0 0\r\nx").length).toBe(30);
  });

  it.each([
    "PROXY TCP4 192.0.2.1 198.51.100.9 56324\r\n",
    "PROXY TCP4 192.0.2.1 198.51.100.9 56324 65536\r\n",
    "PROXY TCP4 192.0.2.1 198.51.100.9 056324 443\r\n",
    "PROXY TCP4 192.0.2.1  198.51.100.9 56324 443\r\n",
    "PROXY TCP4 192.0.2.256 198.51.100.9 56324 443\r\n",
    "PROXY TCP4 ::1 ::1 56324 443\r\n",
    "PROXY TCP6 192.0.2.1 198.51.100.9 56324 443\r\n",
    "PROXY TCP6 fe80::1%eth0 ::1 56324 443\r\n",
    "PROXY TCP4 192.0.2.1 198.51.100.9 56324 443 \r\n",
    "PROXY TCP4 192.0.2.1 198.51.100.9 56324 443\n\r\n",
    "PROXY UDP4 192.0.2.1 198.51.100.9 56324 443\r\n",
    "PROXY UNKNOWN\n\r\n",
    "PROXY \r\n",
    `PROXY UNKNOWN ${"x".repeat(107)}\r\n`,
    "proxy TCP4 192.0.2.1 198.51.100.9 56324 443\r\n",
    "GET / HTTP/1.1\r\n",
    "P0",
  ])("EP-07: refuses %j", (text) => {
    expect(read(text)).toMatchObject({ is: "malformed" });
  });

  it("EP-07: takes the longest line that there can be, and waits for no longer one", () => {
    const longest = `PROXY UNKNOWN ${"x".repeat(91)}\r\n`;
    expect(longest).toHaveLength(107);
    expect(whole(longest).length).toBe(107);
    expect(read(longest.slice(0, 106))).toEqual({ is: "partial" });
    expect(read(`PROXY UNKNOWN ${"x".repeat(93)}`)).toMatchObject({ is: "malformed" });
  });
});

describe("the PROXY header, version 2", () => {
  it("EP-07: says who talks to whom, by IPv4, IPv6 and UNIX sockets", () => {
    expect(whole(Buffer.concat([binaryHeader(INET), Buffer.from("GET /")]))).toMatchObject({
      length: 28,
      addresses: {
        remoteAddress: "192.0.2.1",
        remotePort: 56_324,
        localAddress: "198.51.100.9",
        localPort: 443,
      },
    });
    expect(whole(binaryHeader(INET6)).addresses).toMatchObject({
      remoteAddress: "2001:db8::1",
      remotePort: 56_324,
      remoteFamily: "IPv6",
      localAddress: "::1",
    });
    expect(whole(binaryHeader(UNIX)).addresses).toMatchObject({
      remoteAddress: undefined,
      remotePort: undefined,
      remoteFamily: "UNIX",
      localAddress: "/run/proxy.sock",
    });
  });

  it("EP-07: may speak for itself, or not know", () => {
    expect(whole(binaryHeader(LOCAL))).toEqual({ is: "whole", length: 28, addresses: undefined });
    expect(whole(binaryHeader(UNSPEC)).addresses).toBeUndefined();
  });

  it("EP-07: skips the fields behind the addresses", () => {
    const header = binaryHeader(INET, [
      field(0x02, Buffer.from("example.com")),
      field(0x04, Buffer.alloc(9)),
    ]);
    expect(whole(header)).toMatchObject({ length: header.length, addresses: { remoteAddress: "192.0.2.1" } });
  });

  it("EP-07: checks the checksum, where there is one", () => {
    expect(crc32c(Buffer.from("123456789"))).toBe(0xe306_9283);
    const header = checksummed(
      binaryHeader(INET, [field(0x02, Buffer.from("x")), field(0x03, Buffer.alloc(4))]),
    );
    expect(whole(header).addresses).toMatchObject({ remoteAddress: "192.0.2.1" });
    header[17] = (header[17] ?? 0) ^ 1;
    expect(read(header)).toEqual({ is: "malformed", why: "the checksum of a PROXY header is wrong" });
    expect(read(binaryHeader(INET, [field(0x03, Buffer.alloc(3))]))).toMatchObject({ is: "malformed" });
  });

  it.each([
    ["of another version", (header: Buffer) => header.writeUInt8(0x11, 12)],
    ["with another command", (header: Buffer) => header.writeUInt8(0x22, 12)],
    ["with another family", (header: Buffer) => header.writeUInt8(0x41, 13)],
    ["with another protocol", (header: Buffer) => header.writeUInt8(0x13, 13)],
    ["too short for its addresses", (header: Buffer) => header.writeUInt16BE(11, 14)],
    ["that is longer than anybody's", (header: Buffer) => header.writeUInt16BE(65_535, 14)],
  ])("EP-07: refuses one %s", (_, spoil) => {
    const header = binaryHeader(INET);
    spoil(header);
    expect(read(header)).toMatchObject({ is: "malformed" });
  });

  it("EP-07: refuses fields that are cut off", () => {
    expect(read(binaryHeader(INET, [Buffer.from([4, 0])]))).toMatchObject({ is: "malformed" });
    expect(read(binaryHeader(INET, [Buffer.from([4, 0, 9, 1])]))).toMatchObject({ is: "malformed" });
  });
});

describe("the PROXY header, whatever comes", () => {
  const good = fc.constantFrom(
    Buffer.from("PROXY TCP4 192.0.2.1 198.51.100.9 56324 443\r\n"),
    Buffer.from("PROXY UNKNOWN\r\n"),
    ...[INET, INET6, UNIX, LOCAL, UNSPEC].map((kind) => binaryHeader(kind)),
    checksummed(binaryHeader(INET, [field(0x03, Buffer.alloc(4))])),
  );

  it("no bytes crash it", () => {
    const bytes = fc.uint8Array({ maxLength: 300 }).map((some) => Buffer.from(some));
    const likely = fc
      .tuple(good, fc.nat(), fc.integer({ min: 0, max: 255 }), bytes)
      .map(([header, at, byte, more]) => {
        const spoilt = Buffer.concat([header, more]);
        spoilt[at % header.length] = byte;
        return spoilt;
      });
    fc.assert(
      fc.property(fc.oneof(bytes, likely), (some) => {
        const header = read(some);
        expect(["partial", "malformed", "whole"]).toContain(header.is);
        if (header.is === "whole") expect(header.length).toBeLessThanOrEqual(some.length);
      }),
      { numRuns: 3_000 },
    );
  });

  it("every beginning of a header is partial, and what follows one changes nothing", () => {
    fc.assert(
      fc.property(good, fc.nat(), fc.uint8Array(), (header, cut, more) => {
        expect(read(header.subarray(0, cut % header.length))).toEqual({ is: "partial" });
        expect(read(Buffer.concat([header, more]))).toEqual(read(header));
      }),
    );
  });

  it("every address that a proxy writes is read", () => {
    const port = fc.integer({ min: 0, max: 65_535 });
    fc.assert(
      fc.property(fc.ipV4(), fc.ipV4(), port, port, (from, to, fromPort, toPort) => {
        const { addresses } = whole(`PROXY TCP4 ${from} ${to} ${fromPort} ${toPort}\r\n`);
        expect(addresses).toMatchObject({ remoteAddress: from, remotePort: fromPort, localPort: toPort });
      }),
    );
    fc.assert(
      fc.property(fc.ipV6(), port, (from, fromPort) => {
        const { addresses } = whole(`PROXY TCP6 ${from} ::1 ${fromPort} 1\r\n`);
        expect(addresses).toMatchObject({ remotePort: fromPort, remoteFamily: "IPv6" });
      }),
    );
  });
});
