import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { dockerEnds, stageImage, workerImage } from "../../testkit/docker/engine";
import { describeImage } from "./describeImage";

/** The bash that tries each call twice, with and without ffmpeg's own confine.o; see confinementTrial.c. */
const trials = (names: readonly string[]) => `
  set -eu
  ulimit -c 0
  cat >/tmp/trial.c
  gcc -O2 -o /tmp/free /tmp/trial.c
  gcc -O2 -o /tmp/confined /tmp/trial.c /source/ffmpeg-*/confine.o
  for name in ${names.join(" ")}; do
    free=0; confined=0
    /tmp/free $name </dev/null >/dev/null || free=$?
    error=$(/tmp/confined $name </dev/null) || confined=$?
    echo "$name $free $confined $error"
  done`;

/** The exit code of a process that SIGSYS ended, to a shell. */
const killed = 128 + 31;

describeImage("what ffmpeg may do once it runs", () => {
  const onX64 = process.arch === "x64";
  const needed = "thread memory random tcp copy own-limit".split(" ");
  const refused = [
    ..."open create openat2 readlink memfd io_uring clone3 pidfd signal-on-input dumpable".split(" "),
    ..."udp ipv6 unix-socket netlink bind listen ioctl new-namespace".split(" "),
  ];
  const deadly = [
    ..."exec execveat fork clone vfork ptrace read-memory write-memory kill tkill tgkill".split(" "),
    ..."limit-other map-code make-code".split(" "),
    ...(onX64 ? ["old-fork", "other-table"] : []),
  ];
  let results: Map<string, { free: number; confined: number; error: string }>;
  before("all calls are tried", async () => {
    const source = readFileSync(path.join(__dirname, "confinementTrial.c"), "utf8");
    const { code, stdout, stderr } = await dockerEnds(
      [
        // As one user without rights, and with nothing of Docker's own filter.
        ...["run", "--rm", "--interactive", "--user", "1000:1000", "--cap-drop", "ALL"],
        ...["--security-opt", "seccomp=unconfined", await stageImage("ffmpeg")],
        ...["bash", "-c", trials([...needed, ...refused, ...deadly, "abort"])],
      ],
      source,
    );
    assert.equal(code, 0, stderr);
    results = new Map(
      stdout
        .trim()
        .split("\n")
        .map((line) => line.split(" "))
        .map(([name = "", free, confined, error = ""]) => [
          name,
          { free: Number(free), confined: Number(confined), error },
        ]),
    );
  });
  const named = (names: readonly string[]) =>
    Object.fromEntries(names.map((name) => [name, results.get(name)]));
  const all = (names: readonly string[], confined: number, error: string) =>
    Object.fromEntries(names.map((name) => [name, { free: 0, confined, error }]));

  it("has what decoding needs: threads, memory, random numbers, TCP, an end by abort()", () => {
    assert.deepEqual(named(needed), all(needed, 0, ""));
    assert.equal(results.get("abort")?.confined, 128 + 6);
  });

  it("opens no file, no other socket, and reaches nothing else of the kernel, all of which work without the filter", () => {
    assert.deepEqual(named(refused), all(refused, 1, "ENOSYS"));
  });

  it("ends with SIGSYS at its attempt at a program, a process, another process or new code", () => {
    assert.deepEqual(named(deadly), all(deadly, killed, ""));
  });

  for (const program of ["ffmpeg", "ffprobe"]) {
    it(`holds for ${program} itself: told to write its report into a file, it can not open one`, async () => {
      const run = ["run", "--rm", "--env", "FFREPORT=file=/dev/shm/report", "--entrypoint", program];
      const { code, stderr } = await dockerEnds([...run, await workerImage(), "-version"]);
      assert.match(stderr, /Failed to open report "\/dev\/shm\/report": Function not implemented/);
      assert.equal(code, 0);
    });

    it(`is what ${program} does not run without: where the system refuses the filter it ends, and no file is to blame`, async () => {
      const folder = mkdtempSync(path.join(tmpdir(), "profile-"));
      try {
        const profile = path.join(folder, "profile.json");
        const calls = [{ names: ["seccomp"], action: "SCMP_ACT_ERRNO" }];
        writeFileSync(profile, JSON.stringify({ defaultAction: "SCMP_ACT_ALLOW", syscalls: calls }));
        const options = ["--rm", "--security-opt", `seccomp=${profile}`, "--entrypoint", "tini"];
        const run = ["run", ...options, await workerImage(), "--", program, "-version"];
        const { code, stdout, stderr } = await dockerEnds(run);
        assert.match(stderr, /refuses the seccomp filter without which nothing is decoded/);
        assert.equal(stdout, "");
        // By SIGTERM, which the worker takes for no crash.
        assert.equal(code, 128 + 15);
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
  }
});
