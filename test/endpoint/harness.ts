import { EndpointError } from "../../src/endpoint/errors";

/** What is said of a text that is refused: always an EndpointError, in one line. */
export async function refusal(read: () => unknown): Promise<string> {
  try {
    await read();
  } catch (error) {
    expect(error).toBeInstanceOf(EndpointError);
    expect((error as Error).message).not.toMatch(/[\n\r]/);
    return (error as Error).message;
  }
  throw new Error("it was taken");
}
