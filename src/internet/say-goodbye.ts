import type { Socket } from "node:net";

/** Ends a connection in peace: what was written is sent, then FIN. It closes when the peer has ended it too. */
export function sayGoodbye(socket: Socket): void {
  socket.end();
  // What nobody reads would keep the peer's FIN behind it.
  if (socket.readableFlowing === null) socket.resume();
}
