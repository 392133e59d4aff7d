import { carryGlobals } from "../../../src/cli/deploy/carried-globals";
import { readGlobals } from "../../../src/cli/globals";

const carry = (words: readonly string[], user?: string) =>
  carryGlobals(readGlobals([...words, "deploy"], {}), { tapname: "web", folder: "/srv/x", user });

describe("appd's own options in a unit", () => {
  it("are none by default, and the deadlines and the umask are those of a daemon", () => {
    expect(carry([])).toEqual({
      name: "web",
      words: [],
      account: {},
      startTimeout: 60,
      stopTimeout: 30,
      umask: "0077",
      writable: [],
      notes: [],
    });
  });

  it.each([
    [
      ["--log-level", "debug"],
      ["--log-level", "debug"],
    ],
    [["-b", "-n"], ["--debug"]],
    [
      ["--name", "web-2"],
      ["--name", "web-2"],
    ],
    [["--project", "/elsewhere"], []],
    [
      ["--stop-timeout", "5"],
      ["--stop-timeout", "5"],
    ],
    [
      ["-l", "-"],
      ["--logfile", "-"],
    ],
  ])("are typed again where they are the service's: %j", (typed, words) =>
    expect(carry(typed).words).toEqual(words),
  );

  it("TD-09, TD-10, TD-12: are settings where systemd does it", () => {
    const typed = ["-u", "www-data", "-g", "33", "--groups", "a,b", "--umask", "027", "--nofile", "4096"];
    expect(carry([...typed, "--start-timeout", "5", "--stop-timeout", "7.5"])).toMatchObject({
      account: { user: "www-data", group: "33", groups: ["a", "b"] },
      umask: "0027",
      openFiles: "4096",
      startTimeout: 5,
      stopTimeout: 7.5,
      words: ["--start-timeout", "5", "--stop-timeout", "7.5"],
    });
  });

  it("write files where the service may write", () => {
    const { words, notes } = carry(["-l", "x.log", "--profile", "/var/lib/web/x.cpuprofile"]);
    expect(words).toEqual(["--logfile", "/var/log/web/x.log", "--profile", "/var/lib/web/x.cpuprofile"]);
    expect(notes).toEqual([
      "--logfile x.log: the service may write in folders of its own only: /var/log/web/x.log",
    ]);
  });

  it("TD-07: have a folder to be in that it may write in", () => {
    expect(carry(["-d", "data"])).toMatchObject({
      words: ["--rundir", "/srv/x/data"],
      writable: ["/srv/x/data"],
    });
  });

  it.each([
    [["-D"], "--daemon: systemd keeps the service in the background itself"],
    [["-D", "--max-restarts", "2"], "--daemon: systemd keeps the service in the background itself"],
    [["--pidfile", "x"], "--pidfile: systemd knows the service's processes by itself"],
    [["--chroot", "/x"], "--chroot: the unit closes the file system already"],
    [["--name", "web@1"], "--name: \"web@1\" can't be a unit's"],
    [["-u", "a b"], '--user: a unit takes a name or a number, got "a b"'],
  ])("complaint 37: are refused where they make no sense: %j", (typed, why) =>
    expect(() => carry(typed)).toThrow(why),
  );

  it("can't name two users", () =>
    expect(() => carry(["-u", "a"], "b")).toThrow("--uid a and --user b are two users"));
});
