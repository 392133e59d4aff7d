/** What twistd takes and appd does not, and what there is instead. */
const INSTEAD: Readonly<Record<string, string>> = {
  python: "the file of an application is given with --application (-y)",
  file: "there are no pickled applications: a process starts from its configuration",
  source: "there are no saved applications: a process starts from its configuration",
  no_save: "nothing is ever saved when it stops",
  encrypted: "there are no saved applications, and so none that are encrypted",
  reactor: "Node has one event loop, there is nothing to choose",
  "help-reactors": "Node has one event loop, there is nothing to choose",
  profiler:
    "--profile FILE writes what the processor was busy with as a .cpuprofile, for Chrome's tools or speedscope",
  savestats: "a .cpuprofile, which --profile FILE writes, has all there is",
  spew: "--log-level trace is the finest log, and --profile FILE tells which functions were busy",
  euid: "--uid gives up root for good: whoever keeps a way back has given up nothing",
  originalname: "a process is never started again for the sake of its name",
  logger: "--logfile, --syslog and --log-format say where lines go and how they look",
  "log-file": "it is --logfile (-l)",
};
const LETTERS: Readonly<Record<string, string>> = {
  f: "file",
  s: "source",
  o: "no_save",
  e: "encrypted",
  r: "reactor",
};
const SPELT: Readonly<Record<string, string>> = { "no-save": "no_save", log_file: "log-file" };

/** What to say to whoever types an option of twistd's that appd lacks; undefined where it is none. */
export function insteadOf(name: string): string | undefined {
  const option = LETTERS[name] ?? SPELT[name] ?? name;
  return Object.hasOwn(INSTEAD, option) ? INSTEAD[option] : undefined;
}
