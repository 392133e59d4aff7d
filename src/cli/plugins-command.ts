import type { Session } from "./main";
import { openCatalog } from "./project-plugins";

/** Lists every file looked at, what it provides, and why any was left out. */
export async function pluginsCommand(session: Session): Promise<void> {
  const { files } = await openCatalog(session);
  session.world.stdout.write(files.map(({ shown }) => `${shown}\n`).join(""));
}
