import { printable } from "../log/printable";
import { ask } from "../runner/control/control-client";
import { PATIENCE } from "../runner/control/running-here";
import type { ServiceDescription } from "../service/describe-tree";
import { listeningAt } from "../runner/listening-at";
import { chooseRun, PID } from "./choose-run";
import type { ControlAction } from "./control-command";
import { NotAnsweringError } from "./errors";
import { runText } from "../runner/control/run-text";

/** `appd graph NAME`: the services and how they are. */
export const graphCommand: ControlAction = {
  usage: {
    command: "graph",
    name: "required",
    options: {
      pid: PID,
      json: { description: "Say it for programs, with what each service tells of itself." },
    },
  },
  async act(world, line) {
    const { record, socket } = await chooseRun(world, "graph", line);
    const asked = await ask(socket, "graph", { clock: world.clock, patience: PATIENCE });
    if (asked.kind === "error") throw asked.error;
    if (asked.kind !== "answer") throw new NotAnsweringError(runText(record), "its services are not known");
    const { tree } = asked.answer;
    if (line.switches.has("json")) world.stdout.write(`${JSON.stringify(tree, null, 2)}\n`);
    else world.stdout.write(tree ? `${linesOf(tree).join("\n")}\n` : "Its services are not made yet.\n");
  },
};

function linesOf(service: ServiceDescription): string[] {
  const { children } = service;
  const below = children.flatMap((child, at) => {
    const isLast = at === children.length - 1;
    const [first = "", ...others] = linesOf(child);
    return [`${isLast ? "└─ " : "├─ "}${first}`, ...others.map((line) => `${isLast ? "   " : "│  "}${line}`)];
  });
  return [describe(service), ...below];
}

function describe(service: ServiceDescription): string {
  const { name, kind, state } = service;
  const called = name === undefined ? kind : `${name} (${kind})`;
  const at = listeningAt({ ...service, children: [] });
  return printable([called, state, ...at].join(" "));
}
