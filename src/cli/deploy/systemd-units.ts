import type { CarriedGlobals } from "./carried-globals";
import type { UnitLine } from "./held-options";
import { isClosed, type Places } from "./places";
import { renderService } from "./service-unit";
import { renderSocket, type SocketPlan } from "./socket-unit";
import type { UnitFile } from "./write-units";

/** All that the units of a maker are made of. */
export interface UnitsPlan {
  readonly tapname: string;
  readonly description: string;
  readonly globals: CarriedGlobals;
  readonly line: UnitLine;
  readonly places: Places;
  /** Whether the library is there by which the process speaks to systemd itself. */
  readonly hasKoffi: boolean;
}

/** The file with the variables that are secrets. */
export const secretsFile = (name: string): string => `/etc/${name}.env`;

const HEADING = `# Made by appd deploy systemd. What is to be different belongs into a drop-in (systemctl edit), or make it anew.`;

/** The units' files: the service, then its sockets. */
export function systemdUnits(plan: UnitsPlan): UnitFile[] {
  const { tapname, description, globals, line, places, hasKoffi } = plan;
  const { name } = globals;
  const { sockets } = line;
  const socketName = (socket: SocketPlan): string =>
    sockets.length === 1 ? `${name}.socket` : `${name}-${socket.name}.socket`;
  const hasRuntimeFolder = !sockets.some(({ file, listen }) => file && listen.startsWith(`/run/${name}/`));
  const service = renderService(
    {
      name,
      description,
      command: [...places.program, ...globals.words, tapname, ...line.words],
      folder: places.folder,
      account: globals.account,
      environment: {
        ...places.environment,
        ...line.environment,
        XDG_CACHE_HOME: `/var/cache/${name}`,
        // Else it would be in a temporary folder that nobody else sees.
        ...(hasRuntimeFolder && { APPD_RUNTIME_DIR: `/run/${name}/appd` }),
      },
      environmentFile: line.secretVariables.length === 0 ? undefined : secretsFile(name),
      sockets: sockets.map(socketName),
      notifiesByProgram: !hasKoffi,
      startTimeout: globals.startTimeout,
      stopTimeout: globals.stopTimeout,
      umask: globals.umask,
      openFiles: globals.openFiles,
      bindsPrivileged: line.bindsPrivileged,
      hasRuntimeFolder,
      opened: places.opened,
      writable: globals.writable.filter((path) => !isClosed(path)),
      openedToWrite: globals.writable.filter(isClosed),
    },
    HEADING,
  );
  return [
    { name: `${name}.service`, text: service },
    ...sockets.map((socket) => ({
      name: socketName(socket),
      text: renderSocket(socket, { service: name, heading: HEADING }),
    })),
  ];
}
