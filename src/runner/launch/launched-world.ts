import type { Launched } from "../deployment-options";
import type { Part } from "../launched";
import type { StandardStream, World } from "../world";
import { LaunchPipe } from "./launch-pipe";
import { MasterSignals } from "./master-signals";

/** Goes to work as what it was started as; undefined where nobody waits for it. */
export function takePart(
  world: World,
  { role, fd }: Part,
): (Launched & { readonly world: World }) | undefined {
  if (!LaunchPipe.isAt(fd)) return undefined;
  const pipe = new LaunchPipe(fd);
  pipe.beat();
  return { role, pipe, world: launchedWorld(world, role, pipe) };
}

/**
 * The process of a launched one: what it prints goes to whoever has launched it, as long as that is there, and is
 * gone afterwards.
 */
export function launchedWorld(world: World, role: Launched["role"], pipe: LaunchPipe): World {
  const signals = role === "worker" ? new MasterSignals(world, pipe) : undefined;
  const own: Partial<World> = {
    stdout: overPipe((text) => pipe.print(text, (out) => ({ out }))),
    stderr: overPipe((text) => pipe.print(text, (err) => ({ err }))),
    captureOutput(take) {
      const texts = { stdout: new TextDecoder(), stderr: new TextDecoder() };
      return world.captureOutput((stream, bytes) => {
        take(stream, bytes);
        const text = texts[stream].decode(bytes, { stream: true });
        pipe.print(text, (piece) => ({ printed: { stream, text: piece } }));
      });
    },
    // Not heard of where somebody else calls `process.exit`: that is no end by its own will.
    exit(status) {
      pipe.say({ exit: status, ...(signals?.byOthers !== undefined && { by: signals.byOthers }) });
      world.exit(status);
    },
    ...(signals && { onSignal: (signal, listener) => signals.on(signal, listener) }),
  };
  return new Proxy(world, {
    get(_, name) {
      const source = Object.hasOwn(own, name) ? own : world;
      const value: unknown = Reflect.get(source, name);
      return typeof value === "function" ? (value.bind(source) as unknown) : value;
    },
  });
}

function overPipe(print: (text: string) => void): StandardStream {
  return {
    write: print,
    writeSome(chunk, length) {
      print(typeof chunk === "string" ? chunk : Buffer.from(chunk).toString());
      return length;
    },
    file: undefined,
    isTerminal: false,
    columns: undefined,
  };
}
