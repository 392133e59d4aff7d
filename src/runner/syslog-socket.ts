import { unixDatagrams } from "../base/unix-datagrams";
import { wallOf, type Clock } from "../service/clock";
import type { SyslogWay, WayListener } from "./syslog-output";

/** Where the system's log is spoken to: syslog(3). */
const DEVLOG = "/dev/log";

/** Opens the system's log itself, where `koffi` is installed; undefined elsewhere. */
export function syslogSocket(path = DEVLOG): ((listener: WayListener) => SyslogWay) | undefined {
  const connect = unixDatagrams();
  if (!connect) return undefined;
  return () => {
    const socket = connect(path);
    let sent = 0;
    return {
      writeSome(bytes, waits) {
        socket.send(bytes, waits);
        sent += 1;
        return bytes.length;
      },
      listen: () => undefined,
      arrived() {
        const arrived = sent;
        sent = 0;
        return arrived;
      },
      isGone: () => false,
      close: () => socket.close(),
    };
  };
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** What stands before a message, after its priority: `Nov  3 06:17:20 web[1234]: `, RFC 3164. */
export function syslogHead(tag: string, clock: Clock): () => string {
  const wall = wallOf(clock);
  const two = (part: number): string => String(part).padStart(2, "0");
  return () => {
    const at = new Date(wall());
    const day = String(at.getDate()).padStart(2, " ");
    const time = [at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(":");
    return `${MONTHS[at.getMonth()] ?? ""} ${day} ${time} ${tag}: `;
  };
}
