import type { Server } from "node:net";
import { AppdError } from "../base/errors";
import { quote } from "../base/text";
import { Implements } from "../interface/implements";
import { listenAndAccept } from "./accept";
import { EndpointError, ListenPermissionError } from "./errors";
import {
  IStreamServerEndpoint,
  type ConnectionListener,
  type ListeningPort,
} from "./i-stream-server-endpoint";
import { say, socketFileError } from "./listen-error";
import { bindFile, findStale, LONGEST_PATH } from "./socket-file";
import { lockOf, takeLock } from "./socket-lock";

/** Where the socket is, and who may connect to it. */
export interface UNIXServerSettings {
  /** The path of the socket's file. */
  readonly address: string;
  /** Who may connect: 0o666 by default, everyone. The umask is not asked. */
  readonly mode?: number | undefined;
  /** How many connections the system keeps that nobody has accepted yet: 511 by default. */
  readonly backlog?: number | undefined;
  /** Whether `<address>.lock` says which process has the socket, so that no other takes it: true by default. */
  readonly lock?: boolean | undefined;
  /** Whose the file is to be, by number or by name; by default this process's own. */
  readonly user?: number | string | undefined;
  readonly group?: number | string | undefined;
}

/**
 * A UNIX socket. One that a process has left behind is replaced; one on which somebody listens is in use. The file
 * is removed when it stops, unless another one has taken its place.
 */
@Implements(IStreamServerEndpoint)
export class UNIXServerEndpoint implements IStreamServerEndpoint {
  readonly isPlain = true;
  readonly address: string;
  readonly mode: number;
  readonly backlog: number | undefined;
  readonly lock: boolean;
  readonly user: number | string | undefined;
  readonly group: number | string | undefined;

  /** @throws EndpointError */
  constructor({ address, mode = 0o666, backlog, lock = true, user, group }: UNIXServerSettings) {
    refuseUnusable(address, mode);
    this.address = address;
    this.mode = mode;
    this.backlog = backlog;
    this.lock = lock;
    this.user = user;
    this.group = group;
  }

  get description(): string {
    return `the socket ${this.address}`;
  }

  async listen(listener: ConnectionListener): Promise<ListeningPort> {
    const bound: Server[] = [];
    let unlock = (): void => undefined;
    try {
      const owner = await this.#owner();
      // Before the lock is asked for as well: where it can't tell who lives, as among containers, this does.
      await findStale(this.address, this);
      listener.signal.throwIfAborted();
      if (this.lock) unlock = takeLock(lockOf(this.address), this);
      const remove = await this.#bind(bound, { listener, owner });
      return this.#port(bound, { remove, unlock });
    } catch (error) {
      for (const server of bound) server.close();
      unlock();
      throw error instanceof AppdError || listener.signal.aborted ? error : this.#fileError(error as Error);
    }
  }

  /** Gives the way to remove the file. */
  async #bind(bound: Server[], { listener, owner }: Claim): Promise<() => void> {
    const { address: path, mode, backlog } = this;
    const isStale = await findStale(path, this);
    const remove = await bindFile({ path, mode, ...owner }, async (beside) => {
      const where = { path: beside, ...(backlog !== undefined && { backlog }) };
      bound.push(await listenAndAccept(where, listener));
    });
    if (isStale) listener.log.info(`replaced ${path}, a socket on which nobody listened any more`);
    return remove;
  }

  #port(
    bound: readonly Server[],
    { remove, unlock }: Record<"remove" | "unlock", () => void>,
  ): ListeningPort {
    const { address } = this;
    return {
      get address() {
        return bound.some(({ listening }) => listening) ? address : undefined;
      },
      stopListening() {
        // The file first: who finds none knows sooner than who is refused.
        remove();
        for (const server of bound) server.close();
        unlock();
        return Promise.resolve();
      },
    };
  }

  /** The numbers of those whose the file is to be. */
  async #owner(): Promise<Owner> {
    const { user, group } = this;
    if (user === undefined && group === undefined) return NOBODY_ELSE;
    const { accountNumber } = await import("../base/accounts");
    try {
      return {
        uid: user === undefined ? undefined : await accountNumber("user", user),
        gid: group === undefined ? undefined : await accountNumber("group", group),
      };
    } catch (error) {
      throw new EndpointError(say(this, (error as Error).message));
    }
  }

  #fileError(cause: NodeJS.ErrnoException): AppdError {
    if (cause.syscall !== "chown") return socketFileError(cause, this);
    const owner = [
      this.user === undefined ? "" : `user ${this.user}`,
      this.group === undefined ? "" : `group ${this.group}`,
    ];
    const line = `this process is not permitted to give it to ${owner.filter(Boolean).join(", ")}`;
    return new ListenPermissionError("APPD_LISTEN_PERMISSION", say(this, line), { cause });
  }
}

interface Owner {
  readonly uid: number | undefined;
  readonly gid: number | undefined;
}

const NOBODY_ELSE: Owner = { uid: undefined, gid: undefined };

interface Claim {
  readonly listener: ConnectionListener;
  readonly owner: Owner;
}

function refuseUnusable(address: string, mode: number): void {
  if (address === "") throw new EndpointError("the path of the socket is missing");
  if (address.includes("\0")) throw new EndpointError(`the path of a socket can't be ${quote(address)}`);
  const length = Buffer.byteLength(address);
  if (length > LONGEST_PATH)
    throw new EndpointError(
      `the path of a socket can have ${LONGEST_PATH} bytes at most on this system, got ${length}: ${quote(address)}`,
    );
  if (!Number.isInteger(mode) || mode < 0 || mode > 0o777)
    throw new EndpointError(`mode must be from 0 to 0o777, got ${mode}`);
}
