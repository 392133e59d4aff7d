import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync, chmodSync, mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

export interface Wanted {
  /** `DNS:localhost,IP:127.0.0.1` */
  readonly names?: string;
  readonly commonName?: string;
  readonly days?: number;
}

export interface Issued {
  readonly certificate: string;
  readonly key: string;
}

/** A folder that is gone afterwards, and an authority in it that issues certificates: OpenSSL's. */
export class Authority {
  readonly folder = mkdtempSync(join(tmpdir(), "appd-tls-"));
  readonly certificate: string;
  readonly #key: string;

  constructor(readonly name = "A Test Authority") {
    const key = join(this.folder, ".ca.key");
    const made = join(this.folder, ".ca.crt");
    this.#openssl(
      "req",
      "-x509",
      ...NEW_KEY,
      "-keyout",
      key,
      "-out",
      made,
      "-days",
      "30",
      "-subj",
      `/CN=${name}`,
    );
    this.certificate = readFileSync(made, "utf8");
    this.#key = readFileSync(key, "utf8");
  }

  /** The path of the authority's certificate. */
  get path(): string {
    return join(this.folder, ".ca.crt");
  }

  issue({ names = "DNS:localhost,IP:127.0.0.1", commonName = "someone", days = 30 }: Wanted = {}): Issued {
    const at = (kind: string): string => this.#hidden(kind);
    const [request, key, made, extra] = [at("csr"), at("key"), at("crt"), at("ext")];
    this.#openssl("req", "-new", ...NEW_KEY, "-keyout", key, "-out", request, "-subj", `/CN=${commonName}`);
    writeFileSync(extra, `basicConstraints=CA:false\n${names === "" ? "" : `subjectAltName=${names}\n`}`);
    const ca = ["-CA", this.path, "-CAkey", this.#hidden("ca.key"), "-CAcreateserial"];
    this.#openssl(
      "x509",
      "-req",
      "-in",
      request,
      ...ca,
      "-out",
      made,
      "-days",
      String(days),
      "-extfile",
      extra,
    );
    return { certificate: readFileSync(made, "utf8"), key: readFileSync(key, "utf8") };
  }

  /** The authority's own certificate with its key, such as they are. */
  get own(): Issued {
    return { certificate: this.certificate, key: this.#key };
  }

  /** Writes a file that nobody else may read. Gives its path. */
  write(name: string, text: string, mode = 0o600): string {
    const path = join(this.folder, name);
    mkdirSync(dirname(path), { recursive: true, mode: 0o755 });
    rmSync(path, { force: true });
    writeFileSync(path, text, { mode });
    chmodSync(path, mode);
    return path;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }

  #hidden(kind: string): string {
    return join(this.folder, `.${kind}`);
  }

  #openssl(...args: string[]): void {
    execFileSync("openssl", args, { stdio: ["ignore", "ignore", "pipe"] });
  }
}

const NEW_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
