import { FileOutput } from "../../src/log/file-output";

/** A file that takes what it is told to, and refuses with a code. */
class FakeFile {
  bytes: Buffer = Buffer.alloc(0);
  room = Infinity;
  code = "";
  readonly told: [lost: number, reason: string][] = [];
  readonly pauses: number[] = [];
  whenPaused: () => void = () => undefined;
  get text(): string {
    return this.bytes.toString();
  }
  output(keep = 100): FileOutput {
    return new FileOutput((chunk) => this.take(Buffer.from(chunk as string)), {
      keep,
      pause: (milliseconds) => {
        this.pauses.push(milliseconds);
        this.whenPaused();
      },
      recovered: (lost, reason) => this.told.push([lost, reason]),
    });
  }
  private take(bytes: Uint8Array): number {
    if (this.code && this.room === 0) throw Object.assign(new Error(this.code), { code: this.code });
    const taken = Math.min(this.room, bytes.length);
    this.room -= taken;
    this.bytes = Buffer.concat([this.bytes, bytes.subarray(0, taken)]);
    return taken;
  }
  refuses(code: string, room = 0): void {
    this.code = code;
    this.room = room;
  }
  takesAgain(): void {
    this.room = Infinity;
  }
}

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

describe("FileOutput", () => {
  it("writes at once", () => {
    const file = new FakeFile();
    file.output().write("line\n");
    expect(file.text).toBe("line\n");
  });

  it("goes on where a short write ended", () => {
    const file = new FakeFile();
    file.refuses("EAGAIN", 3);
    const output = file.output();
    output.write("one\n");
    file.takesAgain();
    output.flush();
    expect(file.text).toBe("one\n");
  });

  it("counts the bytes of what is written, not its characters", () => {
    const file = new FakeFile();
    // As many bytes as the text has characters.
    file.refuses("EAGAIN", 5);
    const output = file.output();
    output.write("éééé\n");
    file.takesAgain();
    output.flush();
    expect(file.bytes).toEqual(Buffer.from("éééé\n"));
  });

  it("is written to again, where somebody reads again, once it is told so", () => {
    const file = new FakeFile();
    file.refuses("EPIPE");
    const output = file.output();
    output.write("unread\n");
    file.takesAgain();
    output.again();
    output.write("read\n");
    expect(file.text).toBe("read\n");
  });

  it("waits for a slow reader without holding up the service, and keeps the order", () => {
    const file = new FakeFile();
    file.refuses("EAGAIN");
    const output = file.output();
    output.write("one\n");
    output.write("two\n");
    file.takesAgain();
    jest.advanceTimersByTime(10);
    expect(file.text).toBe("one\ntwo\n");
    expect(file.pauses).toEqual([]);
  });

  it("waits for a slow reader when it is flushed, as at an exit", () => {
    const file = new FakeFile();
    file.refuses("EAGAIN");
    const output = file.output();
    output.write("last words\n");
    file.whenPaused = () => file.takesAgain();
    output.flush();
    expect(file.text).toBe("last words\n");
  });

  it("does not wait for ever for a reader that does not read", () => {
    const file = new FakeFile();
    file.refuses("EAGAIN");
    const output = file.output();
    output.write("unread\n");
    output.flush();
    expect(file.pauses.reduce((all, one) => all + one, 0)).toBeLessThan(1_100);
  });

  it("goes on when a full disk has room again, and says how many lines were lost", () => {
    const file = new FakeFile();
    file.refuses("ENOSPC");
    const output = file.output(10);
    for (const line of ["kept 1\n", "lost 1\n", "lost 2\n"]) output.write(line);
    file.takesAgain();
    jest.advanceTimersByTime(1_000);
    expect(file.text).toBe("kept 1\n");
    expect(file.told).toEqual([[2, "ENOSPC"]]);
  });

  it("is quiet for good when nobody reads any more", () => {
    const file = new FakeFile();
    file.refuses("EPIPE");
    const output = file.output();
    output.write("unread\n");
    file.takesAgain();
    output.write("unread too\n");
    output.flush();
    expect(file.text).toBe("");
  });
});
