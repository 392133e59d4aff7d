import { messageOf } from "../log/describe-error";
import type { LoginAttempt } from "./checker";
import type { Trust } from "../base/trusted-files";
import { readTrustedFile, stampOf } from "./trusted-file";

/** What is made of the file's text. */
export type ReadContent<T> = (text: string) => T | Promise<T>;

/**
 * What a file says about who may log in. It is read again when it has changed; when that fails, what it said
 * before still counts.
 */
export class TrustedContent<T> {
  #state: { readonly content: T; readonly stamp: string } | undefined;
  #loading: Promise<T> | undefined;

  constructor(
    readonly path: string,
    readonly read: ReadContent<T>,
    readonly trust: Trust,
  ) {}

  /** What was read last; undefined before the first time. */
  get last(): T | undefined {
    return this.#state?.content;
  }

  /** Another one as soon as the file was changed or replaced. */
  revision(): Promise<string> {
    return stampOf(this.path);
  }

  /**
   * Reads it.
   *
   * @throws NoPasswordFileError, PasswordFilePermissionError, PasswordFileError, and whatever `read` throws
   */
  async load(): Promise<T> {
    const { text, stamp } = await readTrustedFile(this.path, this.trust);
    const content = await this.read(text);
    this.#state = { content, stamp };
    return content;
  }

  /**
   * What it says now; what it said before if it is broken, which is then complained of.
   *
   * @throws as {@link load}, when it could never be read
   */
  async current(attempt?: Pick<LoginAttempt, "complain">): Promise<T> {
    try {
      const stamp = await stampOf(this.path);
      if (this.#state?.stamp === stamp) return this.#state.content;
      return await this.#reload();
    } catch (error) {
      if (!this.#state) throw error;
      attempt?.complain(`${this.path}: ${messageOf(error)}; what was read before still counts`, error);
      return this.#state.content;
    }
  }

  /** Of several who find it changed at once, one reads it. */
  #reload(): Promise<T> {
    return (this.#loading ??= this.load().finally(() => (this.#loading = undefined)));
  }
}
