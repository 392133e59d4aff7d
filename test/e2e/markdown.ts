/** What documents show: blocks of code, and commands with what they say. */
import { join, resolve } from "node:path";
import { Project, type Files } from "./harness";

export interface Block {
  readonly language: string;
  readonly text: string;
  readonly line: number;
}

/** A command that people are shown, with what it is shown to say. */
export interface Shown {
  readonly command: string;
  readonly output: string;
}

export function blocksOf(markdown: string): Block[] {
  return [...markdown.matchAll(/^```(\w+)\n([^]*?)^```$/gm)].map(
    ({ 1: language = "", 2: text = "", index }) => ({
      language,
      text,
      line: markdown.slice(0, index).split("\n").length + 1,
    }),
  );
}

/** The file that a block says it is, or one that is named after its line. */
export function fileOf({ text, line, language }: Block): string {
  return /^\/\/ ([\w./-]+\.[cm]?[jt]s)\n/.exec(text)?.[1] ?? `readme/line-${line}.${language}`;
}

export const filesOf = (all: readonly Block[]): Files =>
  Object.fromEntries(all.map((block) => [fileOf(block), block.text]));

export function commandsIn(blocks: readonly Block[]): Shown[] {
  return blocks.flatMap(({ text }) =>
    text
      .split(/^\$ /m)
      .filter(Boolean)
      .map((part) => {
        const [line = "", ...output] = part.split("\n");
        return { command: line.replace(/\s+#.*$/, ""), output: output.join("\n").trim() };
      }),
  );
}

/** What TypeScript has to say about files in a project of a user's. */
export async function typeFaults(files: Files): Promise<string> {
  const modules = resolve(__dirname, "../../node_modules");
  const options = {
    target: "es2022",
    lib: ["es2023", "esnext.disposable"],
    module: "preserve",
    moduleResolution: "bundler",
    strict: true,
    noImplicitOverride: true,
    experimentalDecorators: true,
    emitDecoratorMetadata: true,
    skipLibCheck: true,
    noEmit: true,
    types: ["node", "jest"],
    typeRoots: [join(modules, "@types")],
  };
  const project = new Project({
    ...files,
    "tsconfig.json": JSON.stringify({ compilerOptions: options, files: Object.keys(files) }),
  });
  const { stdout } = await project.node([join(modules, "typescript/bin/tsc")]);
  project.remove();
  return stdout;
}
