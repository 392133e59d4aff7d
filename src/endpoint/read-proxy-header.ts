/**
 * The header by which a proxy says for whom it connects: the PROXY protocol, versions 1 (a line of text) and 2
 * (binary), as in https://www.haproxy.org/download/3.2/doc/proxy-protocol.txt. Which of them it is, its first bytes
 * tell. Nothing of it throws, whatever the bytes are.
 */
import { malformed, PARTIAL, type ProxyHeader } from "./proxy-header";
import { readBinaryHeader } from "./proxy-header-binary";
import { readTextHeader } from "./proxy-header-text";

const SIGNATURE = Buffer.from("\r\n\r\n\0\r\nQUIT\n", "latin1");
const WORD = Buffer.from("PROXY ", "latin1");

export function readProxyHeader(bytes: Buffer): ProxyHeader {
  if (begins(bytes, SIGNATURE))
    return bytes.length < SIGNATURE.length ? PARTIAL : readBinaryHeader(bytes, SIGNATURE.length);
  if (begins(bytes, WORD)) return readTextHeader(bytes);
  return malformed("it does not begin with a PROXY header");
}

/** Whether they are the same as far as both go. */
function begins(bytes: Buffer, expected: Buffer): boolean {
  const length = Math.min(bytes.length, expected.length);
  return bytes.compare(expected, 0, length, 0, length) === 0;
}
