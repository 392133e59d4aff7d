import { wrap } from "../base/text";

const ITEM = /^(?:\s+|[-*•]\s+|\d+[.)]\s+)/;

/**
 * Long text for a terminal: the indentation of the source goes, empty lines part paragraphs, a line that is a list
 * item or indented stays a line of its own.
 */
export function wrapProse(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const block of blocksOf(dedented(text))) {
    const [, mark = ""] = /^(\s*(?:[-*•]\s+|\d+[.)]\s+)?)/.exec(block) ?? [];
    const hang = width - mark.length < 10 ? "" : " ".repeat(mark.length);
    const wrapped = wrap(block.slice(mark.length), width - hang.length);
    if (hang === "" && mark.trim() !== "") lines.push(...wrap(block, width));
    else
      lines.push(
        ...(wrapped.length === 0 ? [""] : wrapped.map((line, at) => (at === 0 && hang ? mark : hang) + line)),
      );
  }
  while (lines.at(-1) === "") lines.pop();
  return lines;
}

/** Lines that belong together, joined; empty ones stay, but never two in a row. */
function blocksOf(text: string): string[] {
  const blocks: string[] = [];
  for (const line of text.split("\n")) {
    const before = blocks.at(-1);
    if (line.trim() === "") {
      if (before !== "") blocks.push("");
    } else if (before === undefined || before === "" || ITEM.test(line)) blocks.push(line.trimEnd());
    else blocks[blocks.length - 1] = `${before} ${line.trim()}`;
  }
  return blocks;
}

function dedented(text: string): string {
  const [first = "", ...rest] = text.trim().replace(/\r\n?/g, "\n").split("\n");
  const depths = rest
    .filter((line) => line.trim() !== "")
    .map((line) => line.length - line.trimStart().length);
  const depth = Math.min(...depths, Infinity);
  return [first, ...rest.map((line) => line.slice(Number.isFinite(depth) ? depth : 0))].join("\n");
}
