import { rmSync } from "node:fs";

export default function unpack(): void {
  const site = process.env.APPD_E2E_SITE;
  if (site) rmSync(site, { recursive: true, force: true });
}
