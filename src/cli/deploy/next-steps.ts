import { secretsFile } from "./systemd-units";

export interface Steps {
  /** The units that were written, as a person names them. */
  readonly files: readonly string[];
  readonly name: string;
  readonly secretVariables: readonly string[];
}

const PLACE = "/etc/systemd/system/";

/** What is left to do, as commands to copy. */
export function nextSteps({ files, name, secretVariables }: Steps): string {
  const units = files.map((file) => file.slice(file.lastIndexOf("/") + 1));
  const isThere = files.every((file) => file.startsWith(PLACE));
  const secrets = secretsFile(name);
  const lines = [
    `Wrote ${files.join(" and ")}. What is left to do, as root:`,
    "",
    ...(secretVariables.length === 0
      ? []
      : [
          `  install -m 600 /dev/null ${secrets}`,
          ...secretVariables.map((variable) => `  # write ${variable}=… into ${secrets}`),
        ]),
    ...(isThere ? [] : [`  cp ${files.map(inShell).join(" ")} ${PLACE}`]),
    "  systemctl daemon-reload",
    `  systemctl enable --now ${units.toReversed().join(" ")}`,
  ];
  return `${lines.join("\n")}\n`;
}

const inShell = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
