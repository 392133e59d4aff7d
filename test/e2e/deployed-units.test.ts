/** The units that `appd deploy systemd` writes, run by a systemd in a container. */
import { chmodSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { hashPassword } from "appd";
import fc from "fast-check";
import { commandWord, listWord } from "../../src/cli/deploy/unit-text";
import { Authority } from "../endpoint/certificates";
import { Deployable } from "./deployable";
import { blocksOf } from "./markdown";
import { boot, describeBooted, nodeBinary, type Booted } from "./nspawn";

let project: Deployable;
beforeAll(() => (project = new Deployable()));
afterAll(() => project.remove());

interface Asked {
  /** What stands before the command. */
  readonly before?: readonly string[];
  /** Runs once the machine is up. */
  readonly script: string;
}

let count = 0;

/** Deploys, and boots a machine with the units. */
async function deployed(words: readonly string[], { before = [], script }: Asked): Promise<Booted> {
  const { ended, units } = await project.deploy(`booted-${++count}`, words, before);
  expect(ended.status).toBe(0);
  return boot({ units, script: `ip link set lo up\n${script}` });
}

/** Shell: waits until the service is so, and says it. */
const UNTIL = (state: string): string =>
  `timeout 20 sh -c 'until test "$(systemctl show -P ActiveState myproject.service)" = ${state}; do sleep 0.05; done'; systemctl show -P ActiveState myproject.service`;
const URL = "http://127.0.0.1:8080";
const show = (...properties: readonly string[]): string =>
  properties
    .map((property) => `echo ${property}=$(systemctl show -P ${property} myproject.service)`)
    .join("\n");

const GUARDED = `
import { AuthOptions, IUsernamePassword, Service, ServiceMaker, type IService } from "appd";

class Options extends AuthOptions.supporting(IUsernamePassword) {}

@ServiceMaker("guarded", "Lets some in.", { options: Options })
export class Guarded {
  makeService(): IService {
    return new Service();
  }
}
`;

describeBooted("curl")("a systemd that runs the units", () => {
  it("W-35, SD-03, rule 12: starts, answers, is nobody, writes in its own folder, stops cleanly", async () => {
    const { stdout } = await deployed(["myproject", "--name", 'a "b" $c %d'], {
      script: `
systemctl start myproject.socket myproject.service; echo started $?
${show("ActiveState", "SubState")}
curl -sS -m 9 ${URL}
cat /var/lib/myproject/started; echo
ls -d /var/cache/myproject/appd
grep -hE '^(NoNewPrivs|CapBnd|Seccomp):' /proc/$(systemctl show -P MainPID myproject.service)/status
systemctl stop myproject.socket; echo stopped $?
${show("ActiveState", "Result", "ExecMainStatus")}
`,
    });
    const { output, answer } = parted(stdout);
    expect(answer).toMatch(/^a "b" \$c %d,none,\d+,6[1-5]\d{3},true$/);
    expect(output).toEqual([
      "started 0",
      "ActiveState=active",
      "SubState=running",
      "yes",
      "/var/cache/myproject/appd",
      "CapBnd:\t0000000000000000",
      "NoNewPrivs:\t1",
      "Seccomp:\t2",
      "stopped 0",
      "ActiveState=inactive",
      "Result=success",
      "ExecMainStatus=0",
    ]);
  });

  it("reloads, and answers root who plays its user, as the documents show", async () => {
    const text = readFileSync(resolve(__dirname, "../../docs/systemd.md"), "utf8");
    const [shown] = blocksOf(text).filter(({ language }) => language === "sh");
    // Only nspawn has another boot_id outside of the service's own view of /proc.
    const { stdout } = await deployed(["myproject"], {
      before: ["--name", "myproject"],
      script: `
umount /proc/sys/kernel/random/boot_id
mkdir -p /run/bin; PATH=/run/bin:$PATH
printf '#!/bin/sh\\nexec %s %s "$@"\\n' ${nodeBinary()} ${project.path("node_modules/appd/dist/cli.js")} >/run/bin/appd
chmod 755 /run/bin/appd; cd ${project.folder}
systemctl start myproject.service
systemctl reload myproject.service; echo reloaded $?
${shown?.text ?? ""}
${show("ActiveState", "NRestarts")}
`,
    });
    expect(stdout).toMatch(/^reloaded 0\n(?:.*\n)?.*myproject.*8080[^]*\nActiveState=active\nNRestarts=0\n$/);
  });

  it("loses none of 200 requests while it is restarted twice", async () => {
    const { stdout, files } = await deployed(["myproject"], {
      script: `
systemctl start myproject.socket myproject.service
for i in $(seq 200); do curl -s -m 20 -o /dev/null -w '%{http_code}\\n' ${URL}; done >/opt/out/codes 2>/opt/out/errors &
systemctl restart myproject.service; echo restarted $?
systemctl restart myproject.service; echo restarted $?
wc -l </opt/out/codes
wait
`,
    });
    const [first, second, soFar] = stdout.trim().split("\n");
    expect([first, second]).toEqual(["restarted 0", "restarted 0"]);
    expect(Number(soFar)).toBeLessThan(200);
    expect(files.codes).toBe("200\n".repeat(200));
  });

  it("complaint 36: is started again after kill -9", async () => {
    const { stdout } = await deployed(["myproject"], {
      script: `
systemctl start myproject.socket myproject.service
first=$(systemctl show -P MainPID myproject.service)
kill -9 $first
curl -sS -m 9 ${URL} >/dev/null; echo answered $?
test $first != $(systemctl show -P MainPID myproject.service); echo another $?
${show("NRestarts", "ActiveState")}
`,
    });
    expect(stdout).toBe("answered 0\nanother 0\nNRestarts=1\nActiveState=active\n");
  });

  it("SD-03: holds several sockets, each with its name, its mode and its own unit", async () => {
    const also = ["--also", "unix:/run/also.sock:mode=660"];
    const { stdout } = await deployed(["myproject", ...also], {
      script: `
systemctl start myproject.service; echo started $?
stat -c '%a %U %F' /run/also.sock
curl -sS -m 9 -o /dev/null -w '%{http_code}\\n' ${URL}
curl -sS -m 9 -o /dev/null -w '%{http_code}\\n' --unix-socket /run/also.sock http://here/
systemctl stop myproject-listen.socket myproject-also.socket
${show("ActiveState", "Result")}
test -e /run/also.sock; echo gone $?
`,
    });
    const expected = [
      "started 0",
      "660 root socket",
      "200",
      "200",
      "ActiveState=inactive",
      "Result=success",
      "gone 1",
    ];
    expect(stdout.trim().split("\n")).toEqual(expected);
  });

  it("SD-03: speaks TLS at systemd's socket, with a key that a drop-in hands over as the documents show", async () => {
    const text = readFileSync(resolve(__dirname, "../../docs/systemd.md"), "utf8");
    const dropIn = blocksOf(text).find((block) => block.text.includes("LoadCredential="))?.text ?? "";
    const where = "tls:/run/credentials/myproject.service:8443";
    const { ended, units } = await project.deploy("secure", ["myproject", "--listen", where]);
    expect(ended.status).toBe(0);
    const authority = new Authority();
    const { certificate, key } = authority.issue();
    authority.remove();
    project.write({ "secure/ca.pem": authority.certificate, "secure/key.pem": key + certificate });
    const { stdout } = await boot({
      units: { ...units, "myproject.service.d/override.conf": dropIn },
      script: `
ip link set lo up
install -D -m 600 ${project.path("secure/key.pem")} /etc/myproject/key.pem
systemctl start myproject.service; echo started $?
curl -sS -m 9 --cacert ${project.path("secure/ca.pem")} -o /dev/null -w '%{http_code}\\n' https://127.0.0.1:8443
`,
    });
    expect(stdout).toBe("started 0\n200\n");
  });

  it("rule 17: is given a file of passwords that nobody else can read", async () => {
    project.write({
      "plugins/guarded.ts": GUARDED,
      "users.passwd": `alice:${await hashPassword("s3cret")}\n`,
    });
    chmodSync(project.path("users.passwd"), 0o600);
    const env = { APPD_GUARDED_AUTH: "file:users.passwd" };
    const { ended, units } = await project.deploy("guarded", ["guarded"], [], { env });
    expect(ended).toMatchObject({ status: 0, stderr: "" });
    const passwords = "LoadCredential=users.passwd:/etc/users.passwd";
    const { stdout } = await boot({
      units: { ...units, "guarded.service.d/override.conf": `[Service]\n${passwords}\n` },
      script: `
install -m 600 ${project.path("users.passwd")} /etc/users.passwd
systemctl start guarded.service; echo started $?
echo APPD_GUARDED_AUTH=file:/run/credentials/guarded.service/users.passwd >/etc/guarded.env
systemctl reset-failed
systemctl start guarded.service; echo started $?
`,
    });
    expect(stdout).toBe("started 1\nstarted 0\n");
  });

  it("lets it bind a port below 1024 where it has to, and no more", async () => {
    const { stdout } = await deployed(["--no-socket", "myproject", "--listen", "tcp:80"], {
      script: `
systemctl start myproject.service
curl -sS -m 9 -o /dev/null -w '%{http_code}\\n' http://127.0.0.1:80
grep -h CapEff /proc/$(systemctl show -P MainPID myproject.service)/status
systemctl cat myproject.socket; echo no socket $?
`,
    });
    expect(stdout).toBe("200\nCapEff:\t0000000000000400\nno socket 1\n");
  });

  it("TD-07, TD-09, TD-10, TD-12, TD-02: is whom and where it was told to be, and says when there is no such place", async () => {
    const { stdout } = await deployed(["myproject"], {
      before: [
        "-u",
        "web",
        "-g",
        "web",
        "--umask",
        "027",
        "--nofile",
        "4096",
        "-l",
        "x.log",
        "-d",
        "/srv/data",
      ],
      script: `
echo 'web:x:1500:1500::/:/bin/false' >>/etc/passwd; echo 'web:x:1500:' >>/etc/group
systemctl start myproject.service; echo refused $?
${show("ExecMainStatus", "NRestarts")}
journalctl -o cat -u myproject.service | grep -c -- '--rundir /srv/data: there is no such folder'
mkdir -p /srv/data; chown web /srv/data
systemctl reset-failed
systemctl start myproject.service; echo started $?
cd /proc/$(systemctl show -P MainPID myproject.service)
grep -hE '^(Umask|Gid)' status; grep -o 'open files *4096' limits; readlink cwd
curl -sS -m 9 -o /dev/null -w '%{http_code}\\n' ${URL}
cd /; systemctl stop myproject.socket
stat -c '%a %U' /var/log/myproject/x.log; grep -c stopping /var/log/myproject/x.log
`,
    });
    expect(
      stdout
        .replaceAll(/[ \t]+/g, " ")
        .trim()
        .split("\n"),
    ).toEqual([
      "refused 1",
      "ExecMainStatus=66",
      "NRestarts=0",
      "1",
      "started 0",
      "Umask: 0027",
      "Gid: 1500 1500 1500 1500",
      "open files 4096",
      "/srv/data",
      "200",
      "640 web",
      "1",
    ]);
  });

  it("rule 17: takes secrets from the file that it names", async () => {
    const env = { APPD_MYPROJECT_TOKEN: "s3cret", APPD_MYPROJECT_NAME: "100% $me" };
    const { ended, units } = await project.deploy("secret", ["myproject"], [], { env });
    expect(ended.stdout).toContain("# write APPD_MYPROJECT_TOKEN=… into /etc/myproject.env\n");
    expect(Object.values(units).join("")).not.toContain("s3cret");
    const { stdout } = await boot({
      units,
      script: `
ip link set lo up
install -m 600 /dev/null /etc/myproject.env
echo APPD_MYPROJECT_TOKEN=s3cret >/etc/myproject.env
systemctl start myproject.service
curl -sS -m 9 ${URL}
`,
    });
    expect(stdout).toMatch(/^100% \$me,s3cret,\d+,/);
  });

  it("runs a project in root's own home, whatever its folder is called", async () => {
    const { stdout } = await boot({
      units: {},
      script: `
ip link set lo up
p='/root/my $pro "ject" 100%'
mkdir -p "$p"; chmod 700 /root; echo secret >/root/secret
cp -a ${project.folder}/. "$p"; cd "$p"
mkdir -p /run/systemd/system
${nodeBinary()} node_modules/appd/dist/cli.js deploy systemd --output /run/systemd/system myproject >/dev/null; echo deployed $?
systemctl daemon-reload
systemctl start myproject.service; echo started $?
curl -sS -m 9 -o /dev/null -w '%{http_code}\\n' ${URL}
nsenter -m -t $(systemctl show -P MainPID myproject.service) ls /root
`,
    });
    expect(stdout.trim().split("\n")).toEqual(["deployed 0", "started 0", "200", 'my $pro "ject" 100%']);
  });

  it("tells why a start failed, and gives up where starting again can't help", async () => {
    const broken = await deployed(["myproject", "--name", "broken"], {
      script: `
systemctl start myproject.service; echo refused $?
${UNTIL("failed")}
${show("ExecMainStatus", "NRestarts")}
journalctl -o cat -u myproject.service | grep -c 'it is broken'
`,
    });
    expect(broken.stdout).toBe("refused 1\nfailed\nExecMainStatus=70\nNRestarts=5\n5\n");
    const wrong = (await project.deploy("wrong", ["myproject"])).units["myproject.service"]?.replace(
      "--listen=",
      "--lisen=",
    );
    const { stdout } = await boot({
      units: {
        "myproject.service": wrong?.replaceAll(/^(?:Requires|Sockets|Also)=.*\n/gm, "") ?? "",
      },
      script: `
systemctl start myproject.service
${UNTIL("failed")}
${show("ExecMainStatus", "NRestarts")}
`,
    });
    expect(stdout).toBe("failed\nExecMainStatus=64\nNRestarts=0\n");
  });

  it("reads every word and every variable as what it was", async () => {
    const odd = fc.string({ unit: fc.constantFrom(...Array.from("%$\"'\\ ;{}xnu0\t~*#!|@-:+=")) });
    const text = fc
      .oneof(odd, fc.string({ unit: "grapheme" }))
      .filter((word) => !/[\n\r\0\ufffd\p{Surrogate}]/u.test(word));
    const lists = fc.sample(fc.array(text, { minLength: 1, maxLength: 5 }), 200);
    const variables = fc.sample(text, 100);
    const lines = lists.map(
      (words) => `ExecStart=${["/usr/bin/printf", "%s\\0", ...words].map(commandWord).join(" ")}`,
    );
    const { files } = await boot({
      units: {
        "words.service": `[Service]\nType=oneshot\nStandardOutput=append:/opt/out/words\n${lines.join("\n")}\n`,
        "variables.service": `[Service]\nType=oneshot\nStandardOutput=append:/opt/out/variables\nExecStart=/usr/bin/env -0\n${variables
          .map((value, at) => `Environment=${listWord(`V${at}=${value}`)}`)
          .join("\n")}\n`,
      },
      script: "systemctl start words.service variables.service",
    });
    expect(files.words?.split("\0").slice(0, -1)).toEqual(lists.flat());
    const told = new Map(
      files.variables?.split("\0").map((one) => [one.split("=", 1)[0], one.slice(one.indexOf("=") + 1)]),
    );
    expect(variables.map((_, at) => told.get(`V${at}`))).toEqual(variables);
  });
});

/** The line that came by HTTP, and the others. */
function parted(stdout: string): { readonly output: readonly string[]; readonly answer: string | undefined } {
  const lines = stdout.trim().split("\n");
  const isAnswer = (line: string): boolean => line.endsWith(",true");
  return { output: lines.filter((line) => !isAnswer(line)), answer: lines.find(isAnswer) };
}
