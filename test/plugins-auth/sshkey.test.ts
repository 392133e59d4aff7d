import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { SSHPrivateKey } from "appd";
import { exitStatusOf } from "../../src/base/exit-status";
import { isUsable, readAuthorizedKeys } from "../../src/plugins/ssh/authorized-keys";
import { WireReader } from "../../src/plugins/ssh/wire";
import { SSHKeyFactory } from "../../src/plugins/sshkey";
import { asOrdinaryUser } from "../ordinary-user";
import { describeWith } from "../programs";
import { Attempt, checkerOf, faultOf, Folder, printed } from "./harness";

const sshkey = new SSHKeyFactory();

let folder: Folder;
beforeEach(() => (folder = new Folder()));
afterEach(() => folder.remove());

const field = (bytes: Buffer | string): Buffer => {
  const content = Buffer.from(bytes);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  return Buffer.concat([length, content]);
};
const flipped = (bytes: Uint8Array, at: number): Buffer => {
  const copy = Buffer.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
};

let count = 0;

/** A key made by ssh-keygen, and what its owner would show. */
class Key {
  readonly #file = folder.at(`id-${count++}`);
  readonly line: string;

  constructor(kind = "ed25519", ...more: string[]) {
    printed("ssh-keygen", ["-q", "-t", kind, "-N", "", "-C", "", "-f", this.#file, ...more]);
    this.line = readFileSync(`${this.#file}.pub`, "utf8").trim();
  }

  get algName(): string {
    return this.line.split(" ")[0] ?? "";
  }
  get blob(): Buffer {
    return Buffer.from(this.line.split(" ")[1] ?? "", "base64");
  }

  probe(username: string): SSHPrivateKey {
    return new SSHPrivateKey(username, { algName: this.algName, blob: this.blob, sigData: Buffer.from("x") });
  }

  /** Signed by ssh-keygen, in OpenSSH's form for files, which holds a signature as it goes over the wire. */
  shown(username: string): SSHPrivateKey {
    const armour = printed("ssh-keygen", ["-q", "-Y", "sign", "-n", "test", "-f", this.#file], "message");
    const file = Buffer.from(armour.replace(/-----[A-Z ]+-----/g, ""), "base64");
    const reader = new WireReader(file.subarray(10));
    const [, namespace, reserved, hash] = [reader.bytes(), reader.text(), reader.text(), reader.text()];
    const message = createHash(hash).update("message").digest();
    const parts = [field(namespace), field(reserved), field(hash), field(message)];
    const sigData = Buffer.concat([Buffer.from("SSHSIG"), ...parts]);
    return new SSHPrivateKey(username, {
      algName: this.algName,
      blob: this.blob,
      sigData,
      signature: reader.bytes(),
    });
  }
}

describeWith("ssh-keygen")("--auth sshkey", () => {
  describe("with keys and signatures of ssh-keygen", () => {
    it.each([
      ["ed25519", []],
      ["ecdsa", ["-b", "256"]],
      ["ecdsa", ["-b", "384"]],
      ["ecdsa", ["-b", "521"]],
      ["rsa", ["-b", "2048"]],
    ])("CK-08: lets the owner of a key in: %s %j", async (kind, bits) => {
      const key = new Key(kind, ...bits);
      const checker = await checkerOf(sshkey, `${folder.write("keys", key.line, 0o644)}:user=alice`);
      const shown = key.shown("alice");
      expect(await checker.outcome(shown)).toBe("alice");
      expect(await checker.outcome(key.shown("bob"))).toBe("refused");
      const { algName, blob, sigData, signature = Buffer.alloc(0) } = shown;
      const forged = [
        { algName, blob, sigData: flipped(sigData, 3), signature },
        { algName, blob, sigData, signature: flipped(signature, signature.length - 1) },
        { algName, blob, sigData, signature: signature.subarray(0, -1) },
        { algName, blob, sigData, signature: Buffer.concat([signature, Buffer.from("x")]) },
        { algName, blob, sigData, signature: Buffer.alloc(0) },
        { algName: "ssh-dss", blob, sigData, signature },
      ];
      for (const one of forged)
        expect(await checker.outcome(new SSHPrivateKey("alice", one))).toBe("refused");
    });

    it("refuses a signature that another key made over the same", async () => {
      const [own, other] = [new Key(), new Key()];
      const checker = await checkerOf(sshkey, `${folder.write("keys", own.line)}:user=alice`);
      const { sigData, signature } = other.shown("alice");
      const mixed = { algName: own.algName, blob: own.blob, sigData, signature };
      expect(await checker.outcome(other.shown("alice"))).toBe("refused");
      expect(await checker.outcome(new SSHPrivateKey("alice", mixed))).toBe("refused");
    });

    it("CC-11, CK-08: a key without a signature logs nobody in; of one that would do it says so", async () => {
      const [own, other] = [new Key(), new Key()];
      const checker = await checkerOf(sshkey, `${folder.write("keys", own.line)}:user=alice`);
      expect(await checker.outcome(own.probe("alice"))).toMatchObject({ name: "ValidPublicKey" });
      expect(await checker.outcome(other.probe("alice"))).toBe("refused");
      expect(await checker.outcome(own.probe("bob"))).toBe("refused");
    });

    it("finds each person's file by name, and no file by a name that leads elsewhere", async () => {
      const key = new Key();
      mkdirSync(folder.at("keys"), { mode: 0o755 });
      folder.write("keys/alice", key.line);
      folder.write("outside", key.line);
      const checker = await checkerOf(sshkey, folder.at("keys/%u"));
      expect(await checker.outcome(key.shown("alice"))).toBe("alice");
      for (const name of ["bob", "../outside", ".", "..", "", "alice\0", "../keys/alice", "-x"])
        expect(await checker.outcome(key.shown(name))).toBe("refused");
    });

    it("rule 3: takes the file as it is at each attempt, so that a key that was removed lets nobody in", async () => {
      const key = new Key();
      mkdirSync(folder.at("keys"), { mode: 0o755 });
      const checker = await checkerOf(sshkey, folder.at("keys/%u"));
      expect(await checker.outcome(key.shown("alice"))).toBe("refused");
      folder.write("keys/alice", key.line);
      expect(await checker.outcome(key.shown("alice"))).toBe("alice");
      rmSync(folder.at("keys/alice"));
      expect(await checker.outcome(key.shown("alice"))).toBe("refused");
    });

    it("rule 2: a file that others can write is out of order, not a refusal", async () => {
      const key = new Key();
      mkdirSync(folder.at("keys"), { mode: 0o755 });
      const checker = await checkerOf(sshkey, folder.at("keys/%u"));
      chmodSync(folder.write("keys/alice", key.line), 0o666);
      expect(String(await checker.outcome(key.shown("alice")))).toContain("0666");
    });

    it("CK-09: complains of broken lines and goes by the others", async () => {
      const key = new Key();
      mkdirSync(folder.at("keys"), { mode: 0o755 });
      folder.write("keys/alice", `# mine\n\nssh-rsa !!!\n${key.line} alice@home\n`);
      const attempt = new Attempt();
      const checker = await checkerOf(sshkey, folder.at("keys/%u"));
      expect(await checker.outcome(key.shown("alice"), attempt)).toBe("alice");
      expect(attempt.complaints).toEqual([
        expect.stringContaining("keys/alice: line 3: its key is no Base64"),
      ]);
    });

    it("finds the files in the homes of accounts without a path", async () => {
      const checker = await checkerOf(sshkey, "");
      expect(await checker.outcome(new Key().shown("no-such-account"))).toBe("refused");
    });

    it("refuses an RSA key of 1024 bits", async () => {
      const key = new Key("rsa", "-b", "1024");
      const fault = await faultOf(checkerOf(sshkey, `${folder.write("keys", key.line)}:user=alice`));
      expect(fault.message).toBe("line 1: it is an RSA key of less than 2048 bits");
      expect(exitStatusOf(fault)).toBe(78);
    });
  });

  describe("at the start", () => {
    it.each([
      [
        "a path that is nobody's",
        "keys",
        64,
        "a path without %u or %h is one person's: say whose, with user=NAME",
      ],
      ["a name for a path that has one", "keys/%u:user=bob", 64, "user= is for a path without %u and %h"],
      ["a file that is not there", "none:user=bob", 66, "there is no file none"],
      ["a folder that is not there", "none/%u", 66, "there is no folder"],
      ["a file without keys", "empty:user=bob", 78, "there is no key in it that could be used here"],
      ["a file with a broken line", "broken:user=bob", 78, "line 2: there is no key of a known kind in it"],
      ["a folder for a file", "folder:user=bob", 78, "it is a folder, not a file"],
    ])("refuses %s", async (_, text, status, words) => {
      folder.write("keys", new Key().line);
      folder.write("empty", "# nothing\n");
      folder.write("broken", `${new Key().line}\nhello\n`);
      mkdirSync(folder.at("folder"));
      const fault = await faultOf(checkerOf(sshkey, folder.at(text)));
      expect(fault.message).toContain(words);
      expect(exitStatusOf(fault)).toBe(status);
    });
  });

  it("refuses a folder whose files may not be read, as whom this runs", async () => {
    mkdirSync(folder.at("closed"), { mode: 0o600 });
    const open = () => faultOf(checkerOf(sshkey, folder.at("closed/%u")));
    const fault = await asOrdinaryUser([folder.path], open);
    expect(fault.message).toMatch(/^the files in \S+\/closed may not be read by whom this runs as$/);
    expect(exitStatusOf(fault)).toBe(77);
  });

  describe("the options of a key", () => {
    const keyWith = (options: string) =>
      readAuthorizedKeys(`${options} ${new Key().line} comment, with "signs"`);
    const usable = (options: string, address?: string, now = Date.now()): boolean => {
      const { keys, faults } = keyWith(options);
      expect(faults).toEqual([]);
      return keys.some((key) => isUsable(key, { address, now }));
    };

    it.each(["no-pty", "restrict,no-touch-required", 'environment="A=b c",no-X11-forwarding'])(
      "that are about shells don't matter: %s",
      (options) => expect(usable(options)).toBe(true),
    );

    it.each([
      'command="date -u"',
      "cert-authority",
      'no-pty,principals="a"',
      "verify-required",
      "later-option",
    ])("that can't be kept leave the key out: %s", (options) => {
      const { keys, faults } = keyWith(options);
      expect(keys).toEqual([]);
      expect(faults).toEqual([expect.stringContaining("which can't be kept here")]);
    });

    it.each([
      ["10.1.2.3", true],
      ["10.9.9.9", false],
      ["192.168.7.1", true],
      ["172.16.0.1", false],
      ["2001:db8::1", true],
      [undefined, false],
    ])("from= says from where: %s", (address, expected) =>
      expect(usable('from="10.0.0.0/8,!10.9.*,192.168.7.?,2001:db8::/32"', address)).toBe(expected),
    );

    it("expiry-time= says until when", () => {
      const day = Date.UTC(2030, 0, 2);
      expect(usable('expiry-time="20300102Z"', undefined, day - 1)).toBe(true);
      expect(usable('expiry-time="20300102Z"', undefined, day)).toBe(false);
      expect(keyWith('expiry-time="soon"').faults).toEqual(["line 1: its expiry-time is no time"]);
    });

    it("kinds that are for others to judge are no fault", () => {
      expect(readAuthorizedKeys("sk-ssh-ed25519@openssh.com AAAA me\nssh-dss AAAA\n")).toEqual({
        keys: [],
        faults: [],
      });
    });
  });
});
