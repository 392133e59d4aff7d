import { unitLine } from "../../../src/cli/deploy/held-options";
import { Endpoint } from "../../../src/internet/endpoint-option";
import { describeOptions, type DescribedOptions } from "../../../src/options/describe-options";
import { readTakenApart } from "../../../src/options/read-options";

const listen = { help: "Where.", short: "p", type: Endpoint, default: () => Endpoint("tcp:8080") };
const verbose = { help: "More.", short: "v", default: false };

interface Asking {
  readonly environment?: Readonly<Record<string, string>>;
  readonly sockets?: boolean;
}

/** What a unit says of a command line. */
async function line(
  fields: DescribedOptions,
  argv: readonly string[],
  { environment = {}, sockets = true }: Asking = {},
) {
  const { outcome, levels } = await readTakenApart(describeOptions(fields), {
    command: "web",
    argv,
    environment,
  });
  if (outcome.kind !== "values") throw new Error(outcome.kind);
  return unitLine({ levels, secrets: outcome.secrets }, { folder: "/srv", sockets });
}

describe("the command line of a unit", () => {
  it.each([
    [[], ["--listen=systemd:name=listen"]],
    [["-v"], ["--listen=systemd:name=listen", "-v"]],
    [
      ["--listen", "tcp:1", "-v"],
      ["--listen", "systemd:name=listen", "-v"],
    ],
    [["--listen=tcp:1"], ["--listen=systemd:name=listen"]],
    [["-vptcp:1"], ["-vpsystemd:name=listen"]],
    [
      ["-vp", "81"],
      ["-vp", "systemd:name=listen"],
    ],
    [
      ["-p", "1", "-p", "2"],
      ["-p", "1", "-p", "systemd:name=listen"],
    ],
  ])("SD-04: has systemd's socket in the place of an endpoint: %j", async (argv, words) => {
    expect((await line({ listen, verbose }, argv)).words).toEqual(words);
  });

  it("gives each its own name and unit, those of a list too", async () => {
    const many = { ...listen, short: "m", default: () => [] };
    const { words, sockets } = await line({ many, listen }, ["--many", "1", "--many=2"]);
    expect(words).toEqual([
      "--listen=systemd:name=listen",
      "--many",
      "systemd:name=many",
      "--many=systemd:name=many-2",
    ]);
    expect(sockets.map(({ name, listen: at }) => [name, at])).toEqual([
      ["many", "1"],
      ["many-2", "2"],
      ["listen", "8080"],
    ]);
  });

  it("knows arguments by their place", async () => {
    const where = { help: "Where.", type: Endpoint, argument: true, required: true };
    const name = { help: "Who.", argument: true, required: true };
    expect((await line({ name, where }, ["x", "--", "tcp:1"])).words).toEqual([
      "x",
      "--",
      "systemd:name=where",
    ]);
  });

  it("names subcommands, also one that nobody typed", async () => {
    const fields = { verbose, serve: { help: "Serve.", default: true, subcommand: { listen } } };
    expect((await line(fields, ["-v", "serve", "-p", "1"])).words).toEqual([
      "-v",
      "serve",
      "-p",
      "systemd:name=serve-listen",
    ]);
    expect((await line(fields, ["-v"])).words).toEqual(["-v", "serve", "--listen=systemd:name=serve-listen"]);
  });

  it("leaves all to the service where that is wanted, and lets it bind ports below 1024 then", async () => {
    expect(await line({ listen }, ["-p", "tcp:80"], { sockets: false })).toMatchObject({
      words: ["-p", "tcp:80"],
      sockets: [],
      bindsPrivileged: true,
    });
  });

  it("says which stay with the service, and why", async () => {
    const { words, notes, bindsPrivileged } = await line({ listen }, ["-p", "tcp:80:interface=localhost"]);
    expect({ words, bindsPrivileged }).toEqual({
      words: ["-p", "tcp:80:interface=localhost"],
      bindsPrivileged: true,
    });
    expect(notes).toEqual([
      "--listen tcp:80:interface=localhost: the service listens there itself: systemd listens at numeric addresses, and not at localhost",
    ]);
  });

  it.each([
    ["port", 80, true],
    ["adminPort", 1023, true],
    ["port", 8080, false],
    ["port", 0, false],
    ["workers", 4, false],
  ])("a plain number stays with the service: %s %d", async (field, value, bindsPrivileged) => {
    const { words, sockets, ...found } = await line({ [field]: { help: "A number.", default: value } }, []);
    expect({ words, sockets, bindsPrivileged: found.bindsPrivileged }).toEqual({
      words: [],
      sockets: [],
      bindsPrivileged,
    });
  });

  it("keeps what the environment said, an endpoint of it as words", async () => {
    const environment = { APPD_WEB_LISTEN: "81", APPD_WEB_NAME: "x", APPD_WEB_TOKEN: "s3cret" };
    const name = { help: "Who.", default: "" };
    const token = { help: "Secret.", secret: true };
    const found = await line({ listen, name, token }, [], { environment });
    expect(found).toMatchObject({
      words: ["--listen=systemd:name=listen"],
      environment: { APPD_WEB_NAME: "x" },
    });
    expect(found.secretVariables).toEqual(["APPD_WEB_TOKEN"]);
    expect(JSON.stringify(found)).not.toContain("s3cret");
  });

  it("rule 17: refuses a secret that was typed, and does not show it", async () => {
    const typed = line({ token: { help: "Secret.", secret: true } }, ["--token", "s3cret"]);
    await expect(typed).rejects.toThrow(
      "web: --token: everyone can read a unit, and what it holds is a secret: leave it out here, and give it as APPD_WEB_TOKEN in the environment: the unit then takes it from a file of its own",
    );
  });
});
