import type { LaunchPipe } from "./launch/launch-pipe";

/** What a process is to become besides running an application. Paths are absolute. */
export interface DeploymentOptions {
  /** What `status`, `stop` and `logs` go by; the command's name unless another was given. */
  readonly name: string;
  /** Whether the name was typed. */
  readonly isNamed: boolean;
  /** Whether it is to run in the background. */
  readonly daemon: boolean;
  /** What another process has started this one as; none where a person or a supervisor did. */
  readonly launched: Launched | undefined;
  /** As it was given; an empty one for none, undefined for what is usual: `placesOf` knows. */
  readonly pidfile: string | undefined;
  readonly rundir: string | undefined;
  /** By number or by name, as typed. */
  readonly uid: string | undefined;
  readonly gid: string | undefined;
  /** Supplementary groups, by number or by name. */
  readonly groups: readonly string[] | undefined;
  readonly umask: number | undefined;
  readonly chroot: string | undefined;
  /** How many files it may have open. */
  readonly nofile: number | undefined;
  readonly maxRestarts: number | undefined;
  /** Files to write at the end. */
  readonly profile: string | undefined;
  readonly heapSnapshot: string | undefined;
}

/** A process's part among appd's own, and the pipe to whoever has started it. */
export interface Launched {
  readonly role: "daemon" | "master" | "worker";
  readonly pipe: LaunchPipe;
}
