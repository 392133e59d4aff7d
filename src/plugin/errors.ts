import { ConfigurationError, NoInputError, NoPermissionError, SoftwareError } from "../base/errors";
import { messageOf } from "../log/describe-error";

/** A package.json that is none, or says something of appd that it doesn't know. */
export class PackageFileError extends ConfigurationError {
  constructor(
    readonly path: string,
    fault: string,
    cause?: unknown,
  ) {
    super("APPD_PACKAGE_FILE", `${path} ${fault}`, { cause });
  }
}

/** The project's folder, as it was named, is none. */
export class NoProjectFolderError extends NoInputError {
  constructor(folder: string) {
    super("APPD_NO_PROJECT_FOLDER", `there is no folder ${folder} to find a project in`);
  }
}

/** A folder or file of plugins that was named, but isn't there. */
export class NoPluginFolderError extends NoInputError {
  constructor(where: string, path: string) {
    super("APPD_NO_PLUGIN_FOLDER", `${where}: there is no ${path}`);
  }
}

/** A place for plugins that can't be listed: a file where a folder is meant, or one that is not readable. */
export class PluginFolderError extends ConfigurationError {
  constructor(where: string, fault: string, cause?: unknown) {
    super("APPD_PLUGIN_FOLDER", `${where}: ${fault}`, { cause });
  }
}

/** Appd runs as root, and others may write what it would run, or replace it in a `folder` above. */
export class UnsafePluginError extends NoPermissionError {
  constructor(path: string, mode: number, folder?: string) {
    const fault = folder === undefined ? "others may write it" : `anyone may replace it in ${folder}`;
    super(
      "APPD_UNSAFE_PLUGIN",
      `${path} is not loaded: appd runs as root, and ${fault} (mode ${(mode & 0o7777).toString(8)}); chmod go-w ${folder ?? path}`,
    );
  }
}

/** A plugin was declared through another copy of appd than the one that runs. */
export class OtherCopyError extends ConfigurationError {
  constructor(
    /** The folder of the other copy. */
    readonly declaredThrough: string,
    /** The folder of this one. */
    readonly running: string,
  ) {
    super(
      "APPD_OTHER_COPY",
      `it is declared through the copy of appd in ${declaredThrough}, but the one that runs is in ${running}; install appd once`,
    );
  }
}

/** A plugin file that can't be loaded. Its message is one line; the reason with its stack is the cause. */
export class PluginError extends SoftwareError {
  constructor(
    /** The file, as it is shown to people. */
    readonly file: string,
    readonly reason: string,
    options?: ErrorOptions,
  ) {
    super("APPD_PLUGIN", `${file}: ${reason}`, options);
  }
}

/** There is TypeScript to compile, but nothing to compile it with. */
export class NoCompilerError extends ConfigurationError {
  constructor(path: string, cause: unknown) {
    super(
      "APPD_NO_COMPILER",
      `${path} is TypeScript, and @swc/core isn't installed: npm i @swc/core, or run the compiled JavaScript`,
      { cause },
    );
  }
}

/** A TypeScript file that doesn't parse. */
export class TypeScriptSyntaxError extends SoftwareError {
  constructor(path: string, cause: unknown) {
    super("APPD_TYPESCRIPT_SYNTAX", syntaxFault(path, cause), { cause });
  }
}

/** Top-level await in a file that is compiled to CommonJS. */
export class TopLevelAwaitError extends SoftwareError {
  constructor(path: string, cause: unknown) {
    super(
      "APPD_TOP_LEVEL_AWAIT",
      `${path} uses await at its top level, which TypeScript loaded by appd can't; move it into makeService or an async factory`,
      { cause },
    );
  }
}

/** An installed package that ships TypeScript. */
export class PackagedTypeScriptError extends SoftwareError {
  constructor(path: string) {
    super(
      "APPD_PACKAGED_TYPESCRIPT",
      `${path} lies below node_modules, where TypeScript is not compiled: packages ship JavaScript`,
    );
  }
}

/** The compiler's several lines with a picture of the place, as one line. */
function syntaxFault(path: string, cause: unknown): string {
  const lines = plainText(messageOf(cause)).split("\n");
  const message = lines.find((line) => line.trim() !== "")?.replace(/^\s*[x×]\s*/, "");
  const caret = lines.findIndex((line) => /^\s*:\s*\^/.test(line));
  const pictured = /^(\s*(\d+) \| )/.exec(lines[caret - 1] ?? "");
  const column = (lines[caret]?.indexOf("^") ?? 0) - (pictured?.[1]?.length ?? 0) + 1;
  const place = pictured?.[2] === undefined ? path : `${path}:${pictured[2]}:${column}`;
  return `${message?.trim() ?? "it does not parse"} (${place})`;
}

const plainText = (text: string): string => text.replace(/\u001b\[[0-9;]*m/g, "");

/** A plugin ends the process while it is imported. */
export class ExitDuringImportError extends SoftwareError {
  constructor(readonly status: number | string) {
    super("APPD_EXIT_DURING_IMPORT", `it ends the process, with status ${status}, while it is imported`);
  }
}

/** A plugin leaves something behind that goes wrong just after its import, a rejected promise or a callback. */
export class LeftoverError extends SoftwareError {
  constructor(what: string, cause: unknown) {
    super("APPD_LEFTOVER", `${what}: ${messageOf(cause)}`, { cause });
  }
}

/** A plugin's import does not come to an end. */
export class ImportTimeoutError extends SoftwareError {
  constructor(milliseconds: number) {
    super(
      "APPD_IMPORT_TIMEOUT",
      `its import did not finish within ${milliseconds / 1000} s; does it await something that never comes?`,
    );
  }
}

/** `getPlugins` was called where nobody said which project is meant. */
export class NoProjectError extends ConfigurationError {
  constructor() {
    super(
      "APPD_NO_PROJECT",
      "getPlugins can't tell which project is meant; say so: getPlugins(IFoo, { project: __dirname })",
    );
  }
}
