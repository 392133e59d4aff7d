import type { RemoteInfo } from "node:dgram";

interface EarlyDatagram {
  readonly datagram: Buffer;
  readonly from: RemoteInfo;
}

const MOST = 1_000;
const MOST_BYTES = 1_048_576;

/** Datagrams that have come before anyone is ready for them: some, since nobody counts on all of them anyway. */
export class EarlyDatagrams {
  #kept: EarlyDatagram[] = [];
  #bytes = 0;

  /** Whether there was room for it. */
  keep(datagram: Buffer, from: RemoteInfo): boolean {
    if (this.#kept.length >= MOST || this.#bytes + datagram.length > MOST_BYTES) return false;
    this.#kept.push({ datagram, from });
    this.#bytes += datagram.length;
    return true;
  }

  /** Gives what was kept, and forgets it. */
  take(): readonly EarlyDatagram[] {
    const kept = this.#kept;
    this.#kept = [];
    this.#bytes = 0;
    return kept;
  }
}
