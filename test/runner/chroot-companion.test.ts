import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SILENT } from "../../src/log/silent-logger";
import { chrootCompanion } from "../../src/runner/chroot-companion";
import type { RunView } from "../../src/runner/companion";
import { ChrootFolderError, PrivilegesError, PrivilegesSetupError } from "../../src/runner/errors";
import { FakeIds } from "./fake-ids";
import { FakeWorld } from "./fake-world";

async function prepare(folder: string, ids = new FakeIds()): Promise<void> {
  const world = new FakeWorld();
  world.fakeIds = ids;
  await chrootCompanion(folder).prepare?.({ world, log: SILENT } as unknown as RunView);
}

describe("chrootCompanion", () => {
  it("TD-08: takes a folder that is there", async () => {
    await expect(prepare(tmpdir())).resolves.toBeUndefined();
  });

  it("TD-08: refuses what is no folder, before anything is made", async () => {
    const folder = mkdtempSync(join(tmpdir(), "appd-chroot-"));
    writeFileSync(join(folder, "file"), "");
    await expect(prepare(join(folder, "none"))).rejects.toThrow(ChrootFolderError);
    await expect(prepare(join(folder, "none"))).rejects.toThrow(/none: there is no such folder$/);
    await expect(prepare(join(folder, "file"))).rejects.toThrow(/file: it is no folder$/);
    rmSync(folder, { recursive: true });
  });

  it("TD-08: tells an ordinary user what does it without root", async () => {
    const refused = prepare(tmpdir(), new FakeIds({ uid: 1000 }));
    await expect(refused).rejects.toThrow(PrivilegesError);
    await expect(refused).rejects.toThrow("let bubblewrap (bwrap) do it from outside");
  });

  it("TL-17: says where there is no such thing", async () => {
    const world = new FakeWorld();
    world.fakeIds = undefined;
    const prepared = chrootCompanion(tmpdir()).prepare?.({ world, log: SILENT } as unknown as RunView);
    await expect(prepared).rejects.toThrow(PrivilegesSetupError);
  });
});
