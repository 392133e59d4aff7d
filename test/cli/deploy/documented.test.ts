/** What `docs/systemd.md` shows of units is what they are; the commands in it are run end to end. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { heldEndpoint, isHeld } from "../../../src/cli/deploy/held-endpoint";
import { renderService } from "../../../src/cli/deploy/service-unit";
import { renderSocket } from "../../../src/cli/deploy/socket-unit";
import { GLOBAL_OPTIONS } from "../../../src/cli/global-options";

const text = readFileSync(join(__dirname, "../../../docs/systemd.md"), "utf8");
/** The text of a unit that is shown, or of its beginning. */
const shown = (name: string): string =>
  new RegExp(`^\`\`\`ini\n# ${name}\n([^]*?)^\`\`\`$`, "m").exec(text)?.[1]?.trim() ?? "absent";
const cells = (line: string): string[] =>
  line
    .split("|")
    .slice(1, -1)
    .map((cell) => cell.trim());
/** The rows of the table below a heading. */
function rowsBelow(heading: string): string[][] {
  const [, , ...rows] = (text.slice(text.indexOf(heading)).match(/^\|.*\|$/gm) ?? []).map(cells);
  const end = rows.findIndex(([, second = ""]) => /^-+$/.test(second));
  return end === -1 ? rows : rows.slice(0, end - 1);
}

it("shows the beginning of the service as it is", () => {
  const service = renderService({
    name: "myproject",
    description: "Run this! It'll make your dog happy.",
    command: ["/usr/bin/node"],
    folder: "/srv/myproject",
    account: {},
    environment: {},
    sockets: ["myproject.socket"],
    notifiesByProgram: true,
    startTimeout: 60,
    stopTimeout: 30,
    umask: "0077",
    bindsPrivileged: false,
    hasRuntimeFolder: true,
    opened: [],
    writable: [],
    openedToWrite: [],
  });
  expect(service.startsWith(`${shown("myproject.service")}\n\n[Service]`)).toBe(true);
});

it("shows the socket as it is", () => {
  const found = heldEndpoint("tcp:8080", { name: "listen", folder: "/" });
  if (!isHeld(found)) throw new Error(found.why);
  expect(renderSocket(found.socket, { service: "myproject" }).trim()).toBe(shown("myproject.socket"));
});

it("says of endpoints what becomes of them", () => {
  const rows = rowsBelow("| the option says").map((row) => row.map((cell) => cell.replaceAll("`", "")));
  expect(rows.length).toBeGreaterThan(4);
  for (const [endpoint = "", listen, told] of rows) {
    const found = heldEndpoint(endpoint, { name: "listen", folder: "/" });
    expect(isHeld(found) && [found.socket.listen, found.text]).toEqual([listen, told]);
  }
});

it("tells of every option before the command, once", () => {
  const told = rowsBelow("What becomes of each:").flatMap(
    ([option = ""]) => option.match(/(?<=`--)[\w-]+/g) ?? [],
  );
  const own = Object.keys(GLOBAL_OPTIONS).filter((name) => name !== "help" && name !== "version");
  expect(told.toSorted()).toEqual(own.toSorted());
});
