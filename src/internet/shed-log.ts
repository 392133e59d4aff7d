import type { Socket } from "node:net";
import type { Logger } from "../log/logger";
import type { Clock } from "../service/clock";
import { formatPeer } from "./address";
import type { Shed, ShedReason } from "./admission";
import { OnceASecond } from "./once-a-second";

interface Owner {
  readonly log: Logger;
  readonly clock: Clock;
}

/** What a server has not let in: counted, and told in the log now and then. */
export class ShedLog {
  readonly #counts: Record<ShedReason, number> = { connections: 0, address: 0, descriptors: 0 };
  readonly #pace = new OnceASecond();
  #unsaid = 0;

  get counts(): Shed {
    return { ...this.#counts };
  }

  /** A connection was refused, because `most` are open in all, or from its address. */
  refused(socket: Socket, { log, clock }: Owner, { reason, most }: Refusal): void {
    this.#counts[reason] += 1;
    this.#unsaid += 1;
    if (!this.#pace.isDue(clock)) return;
    const which = this.#unsaid === 1 ? "a connection" : `${this.#unsaid} connections, the last`;
    const limit = reason === "address" ? "maxConnectionsPerAddress" : "maxConnections";
    const whose = reason === "address" ? " from its address" : "";
    const open = `${most}${whose} ${most === 1 ? "is" : "are"} open, as many as may be (${limit})`;
    this.#unsaid = 0;
    log.warn({ shed: this.counts }, `refused ${which} from ${formatPeer(socket)}: ${open}`);
  }

  /** A connection could not be accepted, as when all file descriptors are in use. */
  notAccepted(error: Error, { log, clock }: Owner): void {
    this.#counts.descriptors += 1;
    if (!this.#pace.isDue(clock)) return;
    log.warn({ err: error, shed: this.counts }, `could not accept a connection: ${error.message}`);
  }
}

export interface Refusal {
  readonly reason: ShedReason;
  readonly most: number;
}
