/** A user of the system's own that exists for one test file. */
import { execFileSync } from "node:child_process";

export class SystemAccount {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  /** A group of its own that the user is in besides. */
  readonly others: { readonly name: string; readonly gid: number };

  constructor() {
    this.name = `appd-t${process.pid}`;
    const other = `${this.name}x`;
    run("groupadd", "--system", other);
    run(
      "useradd",
      "--system",
      "--user-group",
      "--no-create-home",
      "--shell",
      "/bin/false",
      "-G",
      other,
      this.name,
    );
    this.uid = Number(run("id", "-u", this.name));
    this.gid = Number(run("id", "-g", this.name));
    this.others = { name: other, gid: Number(run("getent", "group", other).split(":")[2]) };
  }

  remove(): void {
    run("userdel", this.name);
    run("groupdel", this.others.name);
  }
}

/** Without what would look for the users of whoever runs the tests. */
function run(program: string, ...words: readonly string[]): string {
  const env = { PATH: `${process.env.PATH ?? ""}:/usr/sbin:/sbin` };
  return execFileSync(program, words, { encoding: "utf8", env }).trim();
}
