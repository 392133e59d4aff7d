/** Word to systemd of how the run goes, and that it goes: sd_notify(3), sd_watchdog_enabled(3). */
import { messageOf } from "../log/describe-error";
import type { Logger } from "../log/logger";
import { after } from "../service/clock";
import type { Companion, RunView } from "./companion";
import type { Launched } from "./deployment-options";
import { listeningAt } from "./listening-at";
import { openNotifier, type Notice, type Notifier, type NotifierOptions } from "./notifier";
import { once } from "./once";
import type { Runnable } from "./run-options";
import { treeOf } from "./tree-of";
import type { World } from "./world";

const VARIABLES = ["NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"] as const;
/** So often within the time that systemd waits for a sign of life. */
const PINGS = 3;
/** A status is for a line of a terminal. */
const STATUS_AT_MOST = 300;

/** Speaks to whoever has set `NOTIFY_SOCKET`: READY, RELOADING, STOPPING, STATUS and the watchdog's pings. */
export class ServiceManager implements Companion {
  readonly #isMain: boolean;
  readonly #open: (options: NotifierOptions) => Notifier;
  #notifier: Notifier | undefined;
  /** Milliseconds between two signs of life; none where nobody waits for them. */
  #pause: number | undefined;
  #cancelPing: () => void = () => undefined;
  #release: () => void = () => undefined;

  constructor({ launched }: { readonly launched: Pick<Launched, "role"> | undefined }, open = openNotifier) {
    // Who runs beneath a process of appd's own is not who the service is.
    this.#isMain = launched?.role !== "worker";
    this.#open = open;
  }

  /** The variables are removed: they are not for what this process starts. */
  prepare(run: RunView): void {
    const { world, log } = run;
    const { NOTIFY_SOCKET: socket } = world.environment;
    const timeout = watchdogTimeout(world, log);
    world.forgetVariables(VARIABLES);
    if (!socket) return;
    if (!isAddress(socket)) {
      log.warn("NOTIFY_SOCKET is %j, which is no socket of this machine: it is told nothing", socket);
      return;
    }
    const failed = once((why: string) =>
      log.warn("the service manager could not be told how it goes: %s", why),
    );
    this.#notifier = this.#open({ socket, searchPath: world.environment.PATH, failed });
    this.#pause = timeout && timeout / PINGS;
    this.#release = world.onSignal("SIGHUP", () => this.#reloaded(run));
    this.#tell({ STATUS: "starting" });
  }

  started({ world, application }: RunView): void {
    this.#tell({
      READY: "1",
      ...(this.#isMain && { MAINPID: String(world.pid) }),
      STATUS: statusOf(application),
    });
    this.#ping(world);
  }

  stopping(_: RunView, reason: string): void {
    this.#tell({ STOPPING: "1", STATUS: shortened(`stopping: ${reason}`) });
  }

  ended({ fault }: RunView): void {
    this.#cancelPing();
    this.#release();
    this.#notifier?.close(fault === undefined ? undefined : { STATUS: shortened(messageOf(fault)) });
  }

  /** By now the run has done what a reload is. */
  #reloaded({ world, state, application }: RunView): void {
    if (state !== "started") return;
    this.#tell({ RELOADING: "1", MONOTONIC_USEC: String(world.monotonic() / 1_000n), STATUS: "reloading" });
    this.#tell({ READY: "1", STATUS: statusOf(application) });
  }

  /** By a timer of the event loop: while that is blocked there is no sign of life. */
  #ping(world: World): void {
    if (this.#pause === undefined) return;
    this.#tell({ WATCHDOG: "1" });
    this.#cancelPing = after(world.clock, this.#pause, () => this.#ping(world));
  }

  #tell(notice: Notice): void {
    this.#notifier?.tell(notice);
  }
}

/** A file, or a name that is none. */
const isAddress = (socket: string): boolean => /^[/@]./.test(socket);

/** How long systemd waits for a sign of life, in milliseconds. */
function watchdogTimeout({ environment, pid }: World, log: Logger): number | undefined {
  const { WATCHDOG_USEC: microseconds, WATCHDOG_PID: owner } = environment;
  if (!microseconds) return undefined;
  if (!/^[1-9]\d{0,15}$/.test(microseconds)) {
    log.warn(
      "WATCHDOG_USEC is %j, which is no number of microseconds: there are no signs of life",
      microseconds,
    );
    return undefined;
  }
  if (owner && Number(owner) !== pid) {
    log.warn("the watchdog waits for signs of life of process %s, and this is process %d", owner, pid);
    return undefined;
  }
  return Number(microseconds) / 1_000;
}

function statusOf(application: Runnable | undefined): string {
  const tree = treeOf(application);
  const addresses = tree ? listeningAt(tree) : [];
  return shortened(addresses.length === 0 ? "running" : `listening on ${addresses.join(", ")}`);
}

const shortened = (text: string): string =>
  text.length <= STATUS_AT_MOST ? text : `${text.slice(0, STATUS_AT_MOST)}…`;
