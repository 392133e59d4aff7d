import type { Logger } from "../log/logger";
import type { Companion, RunView } from "./companion";
import { PrivilegesSetupError } from "./errors";
import { identityOf, type Identity } from "./identity";
import { giveLogTo, warnOfLog } from "./log-owner";
import { become, isAlready, refuseUnlessPermitted } from "./privileges";
import { asksForAnything, wishesOf, type Asked } from "./privileges-asked";
import type { ProcessIds, Threads } from "./process-ids";
import { takeAlongUnlessOpen } from "./take-along";

/** What is known before the process may be in another root. */
interface Ready {
  readonly ids: ProcessIds;
  readonly identity: Identity;
  readonly threads: Threads;
}

/**
 * Runs the services as somebody else: ports are bound by then, nothing is started. Who that is says the command
 * line, and the application where the command line does not.
 */
export class PrivilegesCompanion implements Companion {
  readonly #typed: Asked;
  #ready: Ready | undefined;

  constructor(typed: Asked) {
    this.#typed = typed;
  }

  async prepare(run: RunView): Promise<void> {
    if (asksForAnything(this.#typed)) await this.#find(this.#typed, run);
  }

  async made(run: RunView): Promise<void> {
    const { uid, gid } = wishesOf(run.application);
    const asked = { ...this.#typed, uid: this.#typed.uid ?? uid, gid: this.#typed.gid ?? gid };
    if (asked.uid !== this.#typed.uid || asked.gid !== this.#typed.gid) await this.#find(asked, run);
  }

  bound(run: RunView): void {
    if (!this.#ready) return;
    const { ids, identity, threads } = this.#ready;
    const before = isAlready(identity, ids);
    if (!before) {
      takeAlongUnlessOpen(run);
      giveLogTo(identity, run);
    }
    try {
      become(identity, ids, threads);
    } finally {
      threads.close();
    }
    say({ ...this.#ready, before, log: run.log });
    if (!before) warnOfLog(run);
  }

  async #find(asked: Asked, { world }: RunView): Promise<void> {
    const ids = await world.ids();
    if (!ids) throw new PrivilegesSetupError("--uid, --gid and --groups mean nothing on this system");
    const identity = await identityOf(asked, ids);
    refuseUnlessPermitted(identity, ids);
    this.#ready?.threads.close();
    this.#ready = { ids, identity, threads: ids.watchThreads() };
  }
}

interface Outcome extends Ready {
  readonly before: boolean;
  readonly log: Logger;
}

function say({ identity, ids, before, log }: Outcome): void {
  const { words, groups } = identity;
  const isRoot = ids.effectiveUid() === 0;
  const others = groups ? "" : `, supplementary groups ${ids.groups().join(", ") || "none"}`;
  if (!before && !isRoot) log.info(`gave up root: runs as ${words}`);
  else if (!before) log.warn(`runs as ${words}, and stays root: only --uid ends that`);
  else if (isRoot) log.warn(`runs as ${words}, as it did from the start: no privileges are given up`);
  else log.warn(`runs as ${words} from the start${others}: nothing is left to give up`);
}
