import {
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { splitWords } from "../../../src/cli/deploy/deploy-options";
import { nextSteps } from "../../../src/cli/deploy/next-steps";
import { renderService, type ServicePlan } from "../../../src/cli/deploy/service-unit";
import { renderSocket, type SocketPlan } from "../../../src/cli/deploy/socket-unit";
import { writeUnits } from "../../../src/cli/deploy/write-units";

const PLAN: ServicePlan = {
  name: "web",
  description: "Says hello.",
  command: ["/usr/bin/node", "/srv/web/cli.js", "web"],
  folder: "/srv/web",
  account: {},
  environment: {},
  sockets: [],
  notifiesByProgram: true,
  startTimeout: 60,
  stopTimeout: 30,
  umask: "0077",
  bindsPrivileged: false,
  hasRuntimeFolder: true,
  opened: [],
  writable: [],
  openedToWrite: [],
};
const service = (change: Partial<ServicePlan> = {}): string[] =>
  renderService({ ...PLAN, ...change }).split("\n");
const socket = (change: Partial<SocketPlan> = {}): string =>
  renderSocket(
    { name: "http", listen: "80", backlog: 511, ipv6Only: false, freeBind: false, ...change },
    { service: "web" },
  );

describe("the unit of a service", () => {
  it("W-35, SD-04, complaint 37: waits for its word, in the foreground, and starts it again unless that can't help", () => {
    expect(service()).toEqual(
      expect.arrayContaining([
        "Type=notify",
        "NotifyAccess=all",
        "ExecStart=/usr/bin/node /srv/web/cli.js web",
        "WorkingDirectory=/srv/web",
        "Restart=on-failure",
        "RestartPreventExitStatus=64 66 77 78",
        "TimeoutStartSec=70",
        "TimeoutStopSec=40",
        "KillMode=mixed",
        "WantedBy=multi-user.target",
      ]),
    );
    expect(service().filter((line) => line.startsWith("PIDFile"))).toEqual([]);
  });

  it("rules 12, 34: is nobody, may do nothing, and leaves no core", () => {
    expect(service()).toEqual(
      expect.arrayContaining([
        "DynamicUser=yes",
        "CapabilityBoundingSet=",
        "NoNewPrivileges=yes",
        "LimitCORE=0",
        "UMask=0077",
      ]),
    );
  });

  it("lets V8 have its protection keys, whatever was forbidden before", () => {
    expect(service().filter((line) => line.startsWith("SystemCallFilter"))).toEqual([
      "SystemCallFilter=@system-service",
      "SystemCallFilter=~@privileged @resources",
      "SystemCallFilter=@pkey",
    ]);
    expect(service().join("\n")).not.toContain("MemoryDenyWriteExecute");
  });

  it("is a user's where one is named", () => {
    const lines = service({ account: { user: "web", group: "www", groups: ["a", "b"] } });
    expect(lines).toEqual(expect.arrayContaining(["User=web", "Group=www", "SupplementaryGroups=a b"]));
    expect(lines).not.toContain("DynamicUser=yes");
  });

  it("may bind low ports where it has to, and only that", () => {
    expect(service({ bindsPrivileged: true })).toEqual(
      expect.arrayContaining([
        "CapabilityBoundingSet=CAP_NET_BIND_SERVICE",
        "AmbientCapabilities=CAP_NET_BIND_SERVICE",
      ]),
    );
  });

  it("sees of closed places what it needs", () => {
    expect(service({ opened: ["/root/my web"] })).toEqual(
      expect.arrayContaining(["ProtectHome=tmpfs", 'BindReadOnlyPaths="/root/my web"']),
    );
    expect(service({ opened: ["/tmp/web"] })).toEqual(
      expect.arrayContaining(["ProtectHome=yes", "BindReadOnlyPaths=/tmp/web"]),
    );
  });

  it("TD-07: may write where it is told to, also in closed places; what is missing is not systemd's to say", () => {
    const lines = service({ writable: ["/srv/my data"], openedToWrite: ["/home/web/data"] });
    const expected = ['ReadWritePaths="-/srv/my data"', "BindPaths=-/home/web/data", "ProtectHome=tmpfs"];
    expect(lines).toEqual(expect.arrayContaining(expected));
  });

  it("needs its sockets, and takes them with it when it is enabled", () => {
    expect(service({ sockets: ["web-a.socket", "web-b.socket"] })).toEqual(
      expect.arrayContaining([
        "Requires=web-a.socket web-b.socket",
        "After=network.target web-a.socket web-b.socket",
        "Sockets=web-a.socket",
        "Sockets=web-b.socket",
        "Also=web-a.socket",
      ]),
    );
  });

  it("asks one process alone where the library is there that speaks for it", () => {
    expect(service({ notifiesByProgram: false })).toContain("NotifyAccess=main");
  });
});

describe("the unit of a socket", () => {
  it("listens as the service would have done", () => {
    expect(socket()).toContain(
      "[Socket]\nListenStream=80\nFileDescriptorName=http\nService=web.service\nBacklog=511\nBindIPv6Only=both\n",
    );
    expect(socket({ ipv6Only: true, freeBind: true })).toContain("FreeBind=yes\nBindIPv6Only=ipv6-only");
  });

  it("complaint 57: has the mode and the owner of a file", () => {
    const text = socket({ listen: "/run/x.sock", file: { mode: 0o60, user: "root", group: "www" } });
    expect(text).toContain("SocketMode=0060\nSocketUser=root\nSocketGroup=www\nRemoveOnStop=yes");
  });
});

describe("the words of appd deploy", () => {
  it.each([
    [
      ["systemd", "web", "--port", "1"],
      ["systemd", "web"],
      ["--port", "1"],
    ],
    [
      ["systemd", "-o", "x", "--force", "web", "-o", "y"],
      ["systemd", "-o", "x", "--force", "web"],
      ["-o", "y"],
    ],
    [["systemd", "--user=x", "--output", "y", "web"], ["systemd", "--user=x", "--output", "y", "web"], []],
    [["systemd", "--help"], ["systemd", "--help"], []],
    [["systemd", "web", "--help"], ["systemd", "web"], ["--help"]],
    [["systemd", "--", "web", "x"], ["systemd", "--", "web"], ["x"]],
  ])("end with the maker's name: %j", (argv, own, makers) =>
    expect(splitWords(argv)).toEqual({ own, makers }),
  );
});

describe("the steps that are left", () => {
  it("are commands to copy", () => {
    expect(nextSteps({ files: ["my units/web.service"], name: "web", secretVariables: [] })).toBe(
      `Wrote my units/web.service. What is left to do, as root:

  cp 'my units/web.service' /etc/systemd/system/
  systemctl daemon-reload
  systemctl enable --now web.service
`,
    );
  });

  it("begin with the file for secrets where there are some", () => {
    expect(nextSteps({ files: ["web.service"], name: "web", secretVariables: ["APPD_WEB_TOKEN"] })).toContain(
      "  install -m 600 /dev/null /etc/web.env\n  # write APPD_WEB_TOKEN=… into /etc/web.env\n  cp",
    );
  });
});

describe("writing units", () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "appd-units-"))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const units = [
    { name: "a.service", text: "a\n" },
    { name: "b.socket", text: "b\n" },
  ];

  it("makes files that everyone can read, and is content with the same ones", () => {
    writeUnits(units, { folder, force: false });
    writeUnits(units, { folder, force: false });
    expect(readdirSync(folder)).toEqual(["a.service", "b.socket"]);
    expect(statSync(join(folder, "a.service")).mode & 0o777).toBe(0o644);
  });

  it("writes none where another one is there, unless it is told to", () => {
    writeFileSync(join(folder, "b.socket"), "mine\n");
    expect(() => writeUnits(units, { folder, force: false })).toThrow(
      "b.socket is there already, and is not the same; --force replaces it",
    );
    expect(readdirSync(folder)).toEqual(["b.socket"]);
    writeUnits(units, { folder, force: true });
    expect(readFileSync(join(folder, "b.socket"), "utf8")).toBe("b\n");
  });

  it("replaces a link, and not what it leads to", () => {
    writeFileSync(join(folder, "precious"), "mine\n");
    symlinkSync("precious", join(folder, "a.service"));
    writeUnits(units, { folder, force: true });
    expect(readFileSync(join(folder, "precious"), "utf8")).toBe("mine\n");
  });

  it("says what it can't write", () => {
    expect(() => writeUnits(units, { folder: join(folder, "absent"), force: true })).toThrow(
      /absent\/a\.service can't be written: its folder does not exist: make it first/,
    );
  });
});
