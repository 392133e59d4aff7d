import type { Socket } from "node:net";

/** Says hello, then repeats whatever the peer says. */
export function greet(socket: Socket): void {
  socket.write("Woof! Say something.\r\n");
  socket.pipe(socket);
}
