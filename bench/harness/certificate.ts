/** A certificate of one's own making. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";

export interface CertificateFiles {
  readonly certificate: string;
  readonly key: string;
}

/** @throws Error where there is no openssl */
export function selfSigned(folder: string): CertificateFiles {
  const files = { certificate: join(folder, "certificate.pem"), key: join(folder, "key.pem") };
  const words = ["req", "-x509", "-nodes", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"];
  const what = ["-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
  execFileSync("openssl", [...words, ...what, "-keyout", files.key, "-out", files.certificate], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  return files;
}
