import { array, assert, constantFrom, option, property, record, string, stringMatching } from "fast-check";
import {
  quoteStringArgument,
  readEndpointText,
  type EndpointArgument,
} from "../../src/endpoint/endpoint-text";
import { EndpointError, EndpointTextError } from "../../src/endpoint/errors";

/** Text with much of what the grammar reads as its own. */
const awkward = array(
  constantFrom(":", "=", "\\", "/", "//", "://", "a", "1", ",", " ", "\n", "é", "😀"),
).map((pieces) => pieces.join(""));
const argument = record({ name: option(awkward, { nil: undefined }), value: awkward });

/** An argument may be an endpoint itself, quoted: three deep. */
const nested = record({ kind: awkward, args: array(argument) });

interface Written {
  readonly kind: string;
  readonly args: readonly { readonly name: string | undefined; readonly value: string }[];
}

const write = ({ kind, args }: Written): string =>
  [
    quoteStringArgument(kind),
    ...args.map(({ name, value }) =>
      name === undefined
        ? quoteStringArgument(value)
        : `${quoteStringArgument(name)}=${quoteStringArgument(value)}`,
    ),
  ].join(":");

const bare = ({ name, value }: EndpointArgument) => ({ name, value });
const read = (text: string): Written => {
  const { kind, args } = readEndpointText(text);
  return { kind, args: args.map(bare) };
};

describe("any endpoint string", () => {
  it("is read as it was quoted", () => {
    assert(property(nested, (tree) => expect(read(write(tree))).toEqual(tree)));
  });

  it("survives being an argument of an argument", () => {
    assert(
      property(nested, nested, nested, (outer, middle, inner) => {
        const within = { ...middle, args: [...middle.args, { name: "endpoint", value: write(inner) }] };
        const all = { ...outer, args: [...outer.args, { name: undefined, value: write(within) }] };
        const middleRead = read(read(write(all)).args.at(-1)?.value ?? "");
        expect(middleRead).toEqual(within);
        expect(read(middleRead.args.at(-1)?.value ?? "")).toEqual(inner);
      }),
    );
  });

  it("is taken apart or refused with an EndpointError, in one line", () => {
    assert(
      property(string({ unit: "binary" }), awkward, (one, other) => {
        for (const text of [one, other, one + other]) {
          try {
            readEndpointText(text);
          } catch (error) {
            expect(error).toBeInstanceOf(EndpointError);
            expect((error as Error).message).not.toMatch(/[\n\r]/);
          }
        }
      }),
    );
  });

  it("is cut at places that are in it", () => {
    assert(
      property(awkward, stringMatching(/^[\w:=\\/]*$/), (one, other) => {
        const text = `${one}${other}`;
        try {
          for (const { at, valueAt, end } of readEndpointText(text).args) {
            expect(at).toBeLessThanOrEqual(valueAt);
            expect(valueAt).toBeLessThanOrEqual(end);
            expect(end).toBeLessThanOrEqual(text.length);
          }
        } catch (error) {
          expect(error).toBeInstanceOf(EndpointTextError);
        }
      }),
    );
  });
});
