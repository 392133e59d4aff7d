import fc from "fast-check";
import {
  commandWord,
  listWord,
  program,
  remark,
  renderUnit,
  sentence,
  wholeValue,
} from "../../../src/cli/deploy/unit-text";

/** The words that systemd makes of a command line, as systemd.service(5) and systemd.syntax(7) say. */
function asRead(line: string): string {
  const quoted = /^"(.*)"$/s.exec(line)?.[1];
  const text =
    quoted === undefined
      ? line
      : quoted.replace(/\\(?:x([0-9a-f]{2})|(.))/g, (_, code: string | undefined, character: string) =>
          code === undefined ? character : String.fromCharCode(parseInt(code, 16)),
        );
  return text.replace(/%%|\$\$/g, ([sign = ""]) => sign);
}

describe("a word of a unit", () => {
  it.each([
    ["--port=8080", "--port=8080"],
    ["/srv/my project", '"/srv/my project"'],
    ['say "hi"', '"say \\"hi\\""'],
    ["C:\\x", '"C:\\\\x"'],
    ["100%", '"100%%"'],
    ["$HOME", '"$$HOME"'],
    ["", '""'],
    [";", '";"'],
    ["a\tb", '"a\\x09b"'],
    ["grüße", '"grüße"'],
  ])("W-35: %s", (text, written) => expect(commandWord(text)).toBe(written));

  it("is read as what it stands for, whatever is in it", () => {
    const word = fc.string({ unit: "grapheme" }).filter((text) => !/[\n\r\0\ufffd\p{Surrogate}]/u.test(text));
    fc.assert(fc.property(word, (text) => expect(asRead(commandWord(text))).toBe(text)));
  });

  it("keeps the dollars of a program's path, and of a list's words: no variables are looked for there", () => {
    expect(program("/opt/$x/node")).toBe('"/opt/$x/node"');
    expect(listWord("PRICE=5$ or 5%")).toBe('"PRICE=5$ or 5%%"');
  });

  it.each(["a\nb", "a\rb"])("refuses a line end: %j", (text) =>
    expect(() => commandWord(text)).toThrow("there is a line end in it"),
  );

  it("refuses bytes that were no text", () => {
    expect(() => commandWord("a\ufffd")).toThrow(
      'a unit of systemd can\'t hold "a\\ufffd": there is what is no valid UTF-8 in it',
    );
  });
});

describe("a value that is all of its line", () => {
  it("keeps blanks and quotes as they are", () =>
    expect(wholeValue('/srv/my "best" 100%')).toBe('/srv/my "best" 100%%'));

  it.each([
    ["/srv/x ", "a blank at its start or end"],
    ["/srv/x\\", "a backslash at its end"],
    ["/srv/\nx", "a control character"],
  ])("refuses %j", (text, why) => expect(() => wholeValue(text)).toThrow(why));

  it("is one line of words for people", () => expect(sentence(" It's\n 100% \\")).toBe("It's 100%%"));
});

it("renders sections with remarks between their settings", () => {
  const sections = [
    { name: "Unit", settings: [["Description", "x"]] as const },
    { name: "Service", settings: [["Type", "exec"], remark("More"), ["UMask", "0077"]] as const },
  ];
  expect(renderUnit(sections, "# Hello")).toBe(
    "# Hello\n\n[Unit]\nDescription=x\n\n[Service]\nType=exec\n\n# More\nUMask=0077\n",
  );
});
