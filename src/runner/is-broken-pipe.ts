/** The error event of a stream that nobody reads any more, as standard output is in `appd … | head`. */
export function isBrokenPipe(error: unknown): boolean {
  const { code, syscall } = (error ?? {}) as NodeJS.ErrnoException;
  return code === "EPIPE" && syscall === "write";
}
