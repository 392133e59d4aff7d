import {
  commandWord,
  listWord,
  program,
  remark,
  renderUnit,
  sentence,
  wholeValue,
  type Setting,
} from "./unit-text";

/** Who a service runs as. */
export interface Account {
  /** None: systemd makes one up for as long as the service runs. */
  readonly user?: string | undefined;
  readonly group?: string | undefined;
  readonly groups?: readonly string[] | undefined;
}

/** All that the unit of a service says. Paths are absolute, times in seconds. */
export interface ServicePlan {
  /** What its folders are called, and the unit. */
  readonly name: string;
  readonly description: string;
  /** The program, and its words. */
  readonly command: readonly [string, ...string[]];
  readonly folder: string;
  readonly account: Account;
  readonly environment: Readonly<Record<string, string>>;
  /** The variables that are secrets, and stand in a file of their own. */
  readonly environmentFile?: string | undefined;
  /** The units of the sockets that systemd holds for it. */
  readonly sockets: readonly string[];
  /** Whether `systemd-notify` speaks for it, a process of its own. */
  readonly notifiesByProgram: boolean;
  readonly startTimeout: number;
  readonly stopTimeout: number;
  readonly umask: string;
  readonly openFiles?: string | undefined;
  /** Whether it binds a port below 1024 itself. */
  readonly bindsPrivileged: boolean;
  /** Whether `/run/<name>` is its own: not where a socket lies there that outlives it. */
  readonly hasRuntimeFolder: boolean;
  /** What it reads in places that are closed to services, such as homes. */
  readonly opened: readonly string[];
  /** Folders outside of its own that it writes in, and those among them that are closed to services. */
  readonly writable: readonly string[];
  readonly openedToWrite: readonly string[];
}

/** What appd gives a service's own end besides its deadlines, for Node to start and to leave. */
const MARGIN = 10;
/** Seconds without a sign of life until it is taken for hung. */
const WATCHDOG = 30;
/** What starting it again would not mend: what was typed, what is missing, forbidden or set up wrongly. */
const FOR_GOOD = [64, 66, 77, 78];

/** The text of `<name>.service`. */
export function renderService(plan: ServicePlan, heading = ""): string {
  const sockets: Setting[] = plan.sockets.length === 0 ? [] : [["Requires", plan.sockets.join(" ")]];
  const unit: Setting[] = [
    ["Description", sentence(plan.description)],
    ...sockets,
    ["After", ["network.target", ...plan.sockets].join(" ")],
    ["StartLimitIntervalSec", "60"],
    ["StartLimitBurst", "5"],
  ];
  const install: Setting[] = [
    ["WantedBy", "multi-user.target"],
    ...plan.sockets.map((socket): Setting => ["Also", socket]),
  ];
  const service = [...running(plan), ...identity(plan), ...fences(plan)];
  const sections = [
    { name: "Unit", settings: unit },
    { name: "Service", settings: service },
    { name: "Install", settings: install },
  ];
  return renderUnit(sections, heading);
}

function running(plan: ServicePlan): Setting[] {
  const [file, ...words] = plan.command;
  return [
    ["Type", "notify"],
    ["NotifyAccess", plan.notifiesByProgram ? "all" : "main"],
    ["ExecStart", [program(file), ...words.map(commandWord)].join(" ")],
    ["ExecReload", "/bin/kill -HUP $MAINPID"],
    ["WorkingDirectory", wholeValue(plan.folder)],
    ...Object.entries(plan.environment).map(([name, value]): Setting => [
      "Environment",
      listWord(`${name}=${value}`),
    ]),
    ...maybe("EnvironmentFile", plan.environmentFile && wholeValue(plan.environmentFile)),
    ...plan.sockets.map((socket): Setting => ["Sockets", socket]),
    ["Restart", "on-failure"],
    ["RestartSec", "200ms"],
    ["RestartPreventExitStatus", FOR_GOOD.join(" ")],
    ["TimeoutStartSec", String(Math.ceil(plan.startTimeout) + MARGIN)],
    ["TimeoutStopSec", String(Math.ceil(plan.stopTimeout) + MARGIN)],
    ["WatchdogSec", String(WATCHDOG)],
    ["KillMode", "mixed"],
  ];
}

function identity({ name, account, umask, openFiles, hasRuntimeFolder }: ServicePlan): Setting[] {
  const { user, group, groups = [] } = account;
  return [
    remark("Who it is, and what is its own"),
    ...(user === undefined ? [["DynamicUser", "yes"] as const] : maybe("User", wholeValue(user))),
    ...maybe("Group", group && wholeValue(group)),
    ...maybe("SupplementaryGroups", groups.map(wholeValue).join(" ")),
    ["StateDirectory", name],
    ["StateDirectoryMode", "0750"],
    ["LogsDirectory", name],
    ["LogsDirectoryMode", "0750"],
    ["CacheDirectory", name],
    ["CacheDirectoryMode", "0750"],
    ...(hasRuntimeFolder ? [["RuntimeDirectory", name] as const] : []),
    ["UMask", umask],
    ["LimitCORE", "0"],
    ...maybe("LimitNOFILE", openFiles),
  ];
}

function fences({ opened, writable, openedToWrite, bindsPrivileged }: ServicePlan): Setting[] {
  const capabilities = bindsPrivileged ? "CAP_NET_BIND_SERVICE" : "";
  // Homes that are closed can't have a part of them opened.
  const homes = [...opened, ...openedToWrite].some((path) => /^\/(?:home|root|run\/user)(?:\/|$)/.test(path))
    ? "tmpfs"
    : "yes";
  return [
    remark("What it may do: no more than a server needs"),
    ["CapabilityBoundingSet", capabilities],
    ["AmbientCapabilities", capabilities],
    ["NoNewPrivileges", "yes"],
    ["ProtectSystem", "strict"],
    ["ProtectHome", homes],
    ["PrivateTmp", "yes"],
    ...maybe("BindReadOnlyPaths", opened.map(listWord).join(" ")),
    // Where one is missing it is the service's to say so.
    ...maybe("ReadWritePaths", writable.map((path) => listWord(`-${path}`)).join(" ")),
    ...maybe("BindPaths", openedToWrite.map((path) => listWord(`-${path}`)).join(" ")),
    ...FENCES,
  ];
}

/** The same for every service. Nothing here forbids memory that is written and run: Node compiles as it goes. */
const FENCES: readonly Setting[] = [
  ["PrivateMounts", "yes"],
  ["PrivateDevices", "yes"],
  ["DevicePolicy", "closed"],
  ["ProtectClock", "yes"],
  ["ProtectControlGroups", "yes"],
  ["ProtectHostname", "yes"],
  ["ProtectKernelLogs", "yes"],
  ["ProtectKernelModules", "yes"],
  ["ProtectKernelTunables", "yes"],
  ["ProtectProc", "invisible"],
  ["LockPersonality", "yes"],
  ["RemoveIPC", "yes"],
  ["RestrictNamespaces", "yes"],
  ["RestrictRealtime", "yes"],
  ["RestrictSUIDSGID", "yes"],
  // Netlink is how a process learns what its network interfaces are.
  ["RestrictAddressFamilies", "AF_UNIX AF_INET AF_INET6 AF_NETLINK"],
  ["SystemCallArchitectures", "native"],
  // The order counts: V8 asks for memory protection keys, which @system-service does not have.
  ["SystemCallFilter", "@system-service"],
  ["SystemCallFilter", "~@privileged @resources"],
  ["SystemCallFilter", "@pkey"],
  ["SystemCallErrorNumber", "EPERM"],
];

const maybe = (key: string, value: string | undefined): Setting[] => (value ? [[key, value]] : []);
