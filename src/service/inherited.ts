/** What a process may be given by whoever started it. */
export interface Inherited {
  /** Open sockets, in their order, with their names where there are any: `LISTEN_FDS`, `LISTEN_FDNAMES`. */
  readonly sockets: readonly InheritedSocket[];
  readonly stdin: NodeJS.ReadableStream | undefined;
  readonly stdout: NodeJS.WritableStream | undefined;
}

export interface InheritedSocket {
  readonly fd: number;
  readonly name: string | undefined;
}

export const NOTHING_INHERITED: Inherited = { sockets: [], stdin: undefined, stdout: undefined };
