/** Which options stand before the command: appd's own. Twisted's letters keep Twisted's meaning. */
import { LEVEL_WORDS } from "../log/levels";
import { logAgeIn, logSizeIn } from "../log/log-limits";
import { FACILITIES } from "../log/severity";

type Switch = "help" | "version" | "nodaemon" | "daemon" | "debug" | "syslog" | "log-compress";
type Value =
  | "project"
  | "application"
  | "log-level"
  | "log-format"
  | "logfile"
  | "log-max-size"
  | "log-max-age"
  | "log-keep"
  | "syslog-facility"
  | "prefix"
  | "name"
  | "pidfile"
  | "rundir"
  | "uid"
  | "gid"
  | "groups"
  | "umask"
  | "chroot"
  | "nofile"
  | "max-restarts"
  | "profile"
  | "heap-snapshot"
  | "on-unhandled"
  | "start-timeout"
  | "stop-timeout";
export type GlobalName = Switch | Value;

/** One of appd's own options. */
export interface GlobalOption {
  readonly description: string;
  readonly short?: string;
  /** What stands for the value in the help; an option without one is a switch. */
  readonly placeholder?: string;
  readonly choices?: readonly string[];
  /** The environment variable that gives it where the command line does not. */
  readonly env?: string;
  /** What a value must look like, and how that is said: `must be …`. */
  readonly form?: readonly [fits: RegExp | ((value: string) => boolean), must: string];
  /** Whether nothing is a value, too. */
  readonly mayBeEmpty?: true;
}

const SECONDS = [/^\d+(?:\.\d+)?$/, "a number of seconds"] as const;
/** With fewer Node itself can't work. */
const NOFILE = [/^(?:[1-9]\d{2,8}|6[4-9]|[7-9]\d)$/, "a whole number from 64 on"] as const;
/** A file of some bytes is a mistake: whoever types 10 means 10M. */
const isLogSize = (value: string): boolean => {
  const size = logSizeIn(value);
  return size === 0 || (size !== undefined && size >= 1_024);
};
const WHOLE = [/^\d{1,9}$/, "a whole number"] as const;

export const GLOBAL_OPTIONS: Readonly<Record<GlobalName, GlobalOption>> = {
  help: { description: "Show this help, or a command's where one follows." },
  version: { description: "Show appd's version." },
  nodaemon: { short: "n", description: "Stay in the foreground, which is what happens anyway." },
  daemon: { short: "D", description: "Run in the background; return when all has started." },
  debug: { short: "b", description: "Show the stack of every error." },
  project: {
    placeholder: "DIR",
    env: "APPD_PROJECT",
    description: "The project whose plugins to use; else the nearest folder with a package.json.",
  },
  application: {
    short: "y",
    placeholder: "FILE",
    description: "Run the application that this module exports, without a command.",
  },
  "log-level": {
    placeholder: "LEVEL",
    env: "APPD_LOG_LEVEL",
    choices: LEVEL_WORDS,
    description: "The finest level to log; info if not given.",
  },
  "log-format": {
    placeholder: "FORMAT",
    env: "APPD_LOG_FORMAT",
    choices: ["pretty", "json"],
    description: "How log lines look; pretty on a terminal, else JSON.",
  },
  logfile: {
    short: "l",
    placeholder: "FILE",
    env: "APPD_LOGFILE",
    description:
      "Append the log to this file; - is standard error. A daemon has one anyway, NAME.log in /var/log/appd for root, in ~/.local/state/appd for others.",
  },
  "log-max-size": {
    placeholder: "SIZE",
    form: [isLogSize, "a size of at least 1K such as 500K, 10M or 1G, or none"],
    description: "Begin a new log file at this size; 10M if not given, none for never.",
  },
  "log-max-age": {
    placeholder: "AGE",
    form: [
      (value) => logAgeIn(value) !== undefined,
      "a number and its unit, s, m, h, d or w, such as 12h or 7d, or none",
    ],
    description: "Begin a new log file at this age, such as 12h or 7d; one of whole days ends at midnight.",
  },
  "log-keep": {
    placeholder: "N",
    form: [/^(?:\d{1,3}|1000)$/, "a whole number up to 1000"],
    description: "How many old log files are kept; 10 if not given.",
  },
  "log-compress": { description: "Compress old log files." },
  syslog: { description: "Log to the system's log instead of a file." },
  "syslog-facility": {
    placeholder: "NAME",
    choices: Object.keys(FACILITIES),
    description: "What the system's log files it under; user if not given.",
  },
  prefix: {
    placeholder: "TEXT",
    form: [/^[!-9;-Z\\^-~]{1,48}$/, "at most 48 letters, digits and signs, without space, colon or bracket"],
    description: "What lines in the system's log begin with; the name if not given.",
  },
  name: {
    placeholder: "NAME",
    form: [
      /^(?![.-])[^\p{C}\p{Z}/\\]{1,64}$/u,
      "at most 64 characters without spaces or slashes, the first neither a dot nor a dash",
    ],
    description:
      "What appd status, stop and logs know it by, and two of one command are told apart by; the command's name if not given.",
  },
  pidfile: {
    placeholder: "FILE",
    mayBeEmpty: true,
    description:
      "Write the number of the process here; one process a file. A daemon has one anyway; - for none.",
  },
  rundir: { short: "d", placeholder: "DIR", description: "Change to this folder before the services start." },
  uid: { short: "u", placeholder: "USER", description: "Run as this user, once ports are bound." },
  gid: { short: "g", placeholder: "GROUP", description: "Run as this group; the user's own if not given." },
  groups: {
    placeholder: "LIST",
    mayBeEmpty: true,
    form: [/^[^,]*(?:,[^,]+)*$/, "groups with a comma between two of them, or nothing for none"],
    description: "Supplementary groups, such as adm,27; those of the user if not given.",
  },
  umask: {
    placeholder: "OCTAL",
    form: [/^(?:0o?)?[0-7]{1,3}$/, "an octal number up to 777, such as 027"],
    description: "Permissions that files made by the run don't get; 077 for a daemon if not given.",
  },
  chroot: { placeholder: "DIR", description: "Make this folder the root before the services start." },
  nofile: { placeholder: "N", form: NOFILE, description: "How many files and sockets may be open at once." },
  "max-restarts": {
    placeholder: "N",
    form: WHOLE,
    description: "Start a daemon that dies again, at most so often in a minute; never if not given.",
  },
  profile: { short: "p", placeholder: "FILE", description: "Write a CPU profile here at the end." },
  "heap-snapshot": { placeholder: "FILE", description: "Write a heap snapshot here at the end." },
  "on-unhandled": {
    placeholder: "WHAT",
    env: "APPD_ON_UNHANDLED",
    choices: ["exit", "log"],
    description: "After an error that nothing caught: stop and end with 70, or only log it.",
  },
  "start-timeout": {
    placeholder: "SECONDS",
    env: "APPD_START_TIMEOUT",
    form: SECONDS,
    description: "How long the services may take to start; 60 if not given.",
  },
  "stop-timeout": {
    placeholder: "SECONDS",
    env: "APPD_STOP_TIMEOUT",
    form: SECONDS,
    description: "How long the services may take to stop; 30 if not given.",
  },
};
