import type { Socket } from "node:net";
import { Admission } from "../../src/internet/admission";

const from = (remoteAddress: string): Socket => ({ remoteAddress }) as Socket;

const nameless = {
  get remoteAddress(): string {
    throw new Error("asked for its address");
  },
} as Socket;

describe("Admission", () => {
  it("refuses what is too much in all", () => {
    const admission = new Admission({ maxConnections: 2 });
    const first = from("192.0.2.1");
    expect(admission.enter(first, undefined)).toBeUndefined();
    expect(admission.enter(from("192.0.2.2"), undefined)).toBeUndefined();
    expect(admission.enter(from("192.0.2.3"), undefined)).toBe("connections");
    admission.leave(first);
    expect(admission.enter(from("192.0.2.3"), undefined)).toBeUndefined();
  });

  it("refuses what is too much of one address, and no other", () => {
    const admission = new Admission({ maxConnectionsPerAddress: 2 });
    const first = from("192.0.2.1");
    expect(admission.enter(first, undefined)).toBeUndefined();
    expect(admission.enter(from("192.0.2.1"), undefined)).toBeUndefined();
    expect(admission.enter(from("::ffff:192.0.2.1"), undefined)).toBe("address");
    expect(admission.enter(from("192.0.2.2"), undefined)).toBeUndefined();
    admission.leave(first);
    expect(admission.enter(from("192.0.2.1"), undefined)).toBeUndefined();
    expect(admission.size).toBe(3);
  });

  it("asks nobody for his address as long as no address can have too many", () => {
    const admission = new Admission({ maxConnections: 4 });
    const sockets = Array.from({ length: 2 }, () => Object.create(nameless) as Socket);
    for (const socket of sockets) expect(admission.enter(socket, undefined)).toBeUndefined();
    expect(() => admission.enter(from("192.0.2.1"), undefined)).toThrow("asked for its address");
  });

  it("counts those who came before anybody was asked, and forgets them when few are left", () => {
    const admission = new Admission({ maxConnections: 8 });
    const sockets = Array.from({ length: 4 }, () => from("192.0.2.1"));
    for (const socket of sockets) admission.enter(socket, undefined);
    expect(admission.enter(from("192.0.2.1"), undefined)).toBe("address");
    for (const socket of sockets) admission.leave(socket);
    expect(admission.enter(nameless, undefined)).toBeUndefined();
    expect(admission.size).toBe(1);
  });

  it("takes the network of an IPv6 address for one", () => {
    const admission = new Admission({ maxConnectionsPerAddress: 1 });
    expect(admission.enter(from("2001:db8::1"), undefined)).toBeUndefined();
    expect(admission.enter(from("2001:db8:0:0:2::1"), undefined)).toBe("address");
    expect(admission.enter(from("2001:db8:0:1::1"), undefined)).toBeUndefined();
  });

  it("does not count this machine itself, unless the limit was given", () => {
    const lenient = new Admission({ maxConnections: 8 });
    for (let count = 0; count < 8; count++)
      expect(lenient.enter(from("127.0.0.1"), undefined)).toBeUndefined();
    const strict = new Admission({ maxConnectionsPerAddress: 1 });
    expect(strict.enter(from("127.0.0.1"), undefined)).toBeUndefined();
    expect(strict.enter(from("127.0.0.1"), undefined)).toBe("address");
  });

  it("moves a connection to the address that a proxy tells, where there is room", () => {
    const admission = new Admission({ maxConnectionsPerAddress: 1 });
    const [one, other] = [from("192.0.2.1"), from("192.0.2.1")];
    expect(admission.enter(one, null)).toBeUndefined();
    expect(admission.enter(other, null)).toBeUndefined();
    expect(admission.enter(one, "198.51.100.1")).toBeUndefined();
    expect(admission.enter(other, "198.51.100.1")).toBe("address");
    expect(admission.enter(other, "198.51.100.2")).toBeUndefined();
  });
});
