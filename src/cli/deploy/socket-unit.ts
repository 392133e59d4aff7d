import { renderUnit, sentence, wholeValue, type Setting } from "./unit-text";

/** A socket that systemd is to hold. */
export interface SocketPlan {
  /** What the service asks for it by: `FileDescriptorName`. */
  readonly name: string;
  /** As `ListenStream` takes it: a port, an address with a port, a path. */
  readonly listen: string;
  readonly backlog: number;
  /** Whether IPv4 is taken, too, where it listens at all addresses of IPv6. */
  readonly ipv6Only: boolean;
  /** Whether the address may come to the machine later than the socket is made. */
  readonly freeBind: boolean;
  /** Of a UNIX socket: who may connect. */
  readonly file?: SocketFile | undefined;
}

export interface SocketFile {
  readonly mode: number;
  readonly user?: string | undefined;
  readonly group?: string | undefined;
}

/** The text of a socket unit for the service of that name. */
export function renderSocket(
  socket: SocketPlan,
  { service, heading = "" }: { readonly service: string; readonly heading?: string },
): string {
  const { name, listen, backlog, ipv6Only, freeBind } = socket;
  const settings: Setting[] = [
    ["ListenStream", wholeValue(listen)],
    ["FileDescriptorName", name],
    ["Service", `${service}.service`],
    ["Backlog", String(backlog)],
    ...fileSettings(socket),
    ...(freeBind ? [["FreeBind", "yes"] as const] : []),
  ];
  if (!socket.file) settings.push(["BindIPv6Only", ipv6Only ? "ipv6-only" : "both"]);
  const sections = [
    { name: "Unit", settings: [["Description", sentence(`The socket ${name} of ${service}`)]] as Setting[] },
    { name: "Socket", settings },
    { name: "Install", settings: [["WantedBy", "sockets.target"]] as Setting[] },
  ];
  return renderUnit(sections, heading);
}

function fileSettings({ file }: SocketPlan): Setting[] {
  if (!file) return [];
  const settings: Setting[] = [["SocketMode", `0${file.mode.toString(8).padStart(3, "0")}`]];
  if (file.user !== undefined) settings.push(["SocketUser", wholeValue(file.user)]);
  if (file.group !== undefined) settings.push(["SocketGroup", wholeValue(file.group)]);
  return [...settings, ["RemoveOnStop", "yes"]];
}
