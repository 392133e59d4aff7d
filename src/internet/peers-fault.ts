/** What is asked of a stream that ends at a peer. */
interface PeersStream {
  readonly destroyed: boolean;
  readonly errored: Error | null;
}

const GONE: readonly unknown[] = ["ECONNRESET", "EPIPE", "ERR_STREAM_PREMATURE_CLOSE"];

/** Whether it is what a handler that reads or writes throws when the peer has reset or left. */
export function isPeersFault(error: unknown, connection: PeersStream, request = connection): boolean {
  if (error === connection.errored || error === request.errored) return true;
  return connection.destroyed && GONE.includes((error as NodeJS.ErrnoException | undefined)?.code);
}
