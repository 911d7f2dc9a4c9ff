/**
 * Which room may import from which: `npm run check:imports`. ARCHITECTURE.md shows the rooms; arrows go one way, and a
 * new one is a decision to be made there first.
 */
const programs = [
  "handlers",
  "infra",
  "local",
  "ops",
  "console",
  "simulation",
  "bench",
  "testkit",
  "tests",
  "scripts",
];

/** A room and the only rooms of ours that it may import from, besides itself. */
const room = (name, from, to, why) => ({
  name,
  severity: "error",
  comment: why,
  from: { path: `^(?:${from})` },
  to: {
    path: `^(?:index\\.ts|contract/|worker/|${programs.join("/|")}/)`,
    pathNot: `^(?:${to}|worker/node_modules/)`,
  },
});

/** A part of the worker, and the parts of it that it may import from. */
const workerPart = (part, ...parts) =>
  room(
    `worker-${part}`,
    `worker/${part}/`,
    [
      "contract/",
      "worker/errors\\.ts",
      "worker/s3Error\\.ts",
      ...[part, ...parts].map((one) => `worker/${one}`),
    ].join("|"),
    `worker/${part}/ knows only what a job meets after it: a job goes from jobs/ to thumbnail.ts, and from there to ` +
      "source/, video/, sampling/, bestFrame/, picture/, placeholder/ and storing/, which all run child/. If it needs something of an earlier part, that " +
      "is given to it as an argument, or belongs further down.",
  );

export default {
  forbidden: [
    {
      name: "no-circle",
      severity: "error",
      comment:
        "These files import each other, so that none of them can be read or changed alone. Put what both need into a " +
        "third file that imports neither.",
      from: {},
      to: { circular: true },
    },
    {
      name: "contract-depends-on-nothing",
      severity: "error",
      comment:
        "contract/ is what functions, worker and operator's commands share. It runs in all of them, so it " +
        "imports nothing but itself: no npm package, no module of Node's, none of our other rooms.",
      from: { path: "^contract/" },
      to: { pathNot: "^contract/" },
    },
    room(
      "worker-stands-alone",
      "worker/",
      "contract/|worker/",
      "The image holds worker/ and contract/ alone: what else it imported would be missing there.",
    ),
    workerPart("child"),
    workerPart("mp4"),
    workerPart("source", "mp4/"),
    workerPart("video", "child/", "mp4/"),
    workerPart("picture", "child/", "video/", "environment\\.ts", "outputFile\\.ts"),
    workerPart("sampling", "child/", "mp4/", "source/", "video/", "picture/"),
    workerPart("bestFrame", "child/", "source/", "video/", "picture/", "sampling/"),
    workerPart("placeholder", "sampling/"),
    workerPart("storyboard", "child/", "source/", "video/", "picture/", "sampling/", "outputFile\\.ts"),
    workerPart(
      "preview",
      "outputFile\\.ts",
      "child/",
      "source/",
      "video/",
      "picture/",
      "sampling/",
      "bestFrame/",
    ),
    workerPart("storing", "picture/", "placeholder/"),
    {
      name: "worker-making-is-asked-by-jobs",
      severity: "error",
      comment:
        "worker/making/ makes and stores all outputs of one video: it is given its order, and knows nothing of the queue " +
        "that it came from, nor do the parts that it uses know of it.",
      from: { path: "^worker/(?!making/|jobs/|oneShot/|main\\.ts|thumbnail\\.ts)" },
      to: { path: "^worker/making/" },
    },
    {
      name: "worker-making-knows-no-queue",
      severity: "error",
      comment: "worker/making/ is given an order, whoever has it: a job of the queue or a task run by hand.",
      from: { path: "^worker/(?:making/|thumbnail\\.ts)" },
      to: { path: "^worker/(?:jobs/|oneShot/|main\\.ts)" },
    },
    {
      name: "worker-main-is-the-top",
      severity: "error",
      comment: "main.ts starts the worker; nothing imports it.",
      from: { path: "^worker/" },
      to: { path: "^worker/main\\.ts$" },
    },
    room(
      "handlers-are-plain",
      "handlers/",
      "contract/|handlers/",
      "A Lambda's package holds handlers/ and contract/: functions of their environment and of SDK clients, without " +
        "Pulumi, so that they can be tested alone.",
    ),
    {
      name: "handlers-know-no-pulumi",
      severity: "error",
      comment: "A Lambda's package must not capture a Pulumi resource; what it needs is in its environment.",
      from: { path: "^(?:handlers|contract|worker)/" },
      to: { path: "node_modules/@pulumi/" },
    },
    room(
      "infra-is-what-is-deployed",
      "infra/|index\\.ts",
      "contract/|handlers/|infra/|index\\.ts",
      "The program deploys the handlers and the image; nothing that only runs on a developer's machine belongs in it.",
    ),
    room(
      "ops-works-on-any-stack",
      "ops/",
      "contract/|ops/|local/keptCloud\\.ts",
      "The operator's commands see a stack by its outputs, deployed or local: of the local run only keptCloud.ts is " +
        "meant for them, which says where a local run that is kept up is found.",
    ),
    room(
      "local-runs-what-is-registered",
      "local/",
      "contract/|local/|infra/image/imageBuild\\.ts",
      "The local run knows the program by what it registers, evaluated in a process of its own, so that it runs any " +
        "version of it. It imports neither the program (but for how the image is built), nor the worker, nor the " +
        "operator's commands.",
    ),
    room(
      "console-is-an-operator",
      "console/(?!page/)",
      "contract/|ops/|local/|console/(?!page/)",
      "The console does what the operator's commands do, through them, and starts a local run as npm run local does. Its page " +
        "is built, not imported.",
    ),
    room(
      "console-page-runs-in-a-browser",
      "console/page/",
      "contract/|console/messages\\.ts|console/page/",
      "The page knows the server by console/messages.ts alone: what else it imported would not run in a browser.",
    ),
    room(
      "simulation-is-a-model",
      "simulation/",
      "contract/|handlers/|local/|scripts/options\\.ts|simulation/",
      "The simulation runs the real handlers against the local ECS on a clock of its own, and nothing else.",
    ),
    room(
      "testkit-serves-tests-and-benches",
      "testkit/",
      "contract/|worker/|handlers/|infra/|local/|ops/|console/(?!page/)|testkit/",
      "testkit/ is what tests and benches both need; it knows neither.",
    ),
    room(
      "bench-imports-no-test",
      "bench/",
      "contract/|worker/|handlers/|infra/|local/|ops/|console/(?!page/)|scripts/|testkit/|bench/",
      "A bench that imports a test's file changes when the test does. Put what both need into testkit/.",
    ),
    room(
      "scripts-stand-alone",
      "scripts/",
      "scripts/",
      "Scripts run before anything is installed, and use nothing but Node.",
    ),
    {
      name: "nothing-imports-tests",
      severity: "error",
      comment:
        "Tests look at the program; nothing of the program looks back. Put what is shared into testkit/.",
      from: { pathNot: "^tests/" },
      to: { path: "^tests/" },
    },
    {
      name: "everything-is-found",
      severity: "error",
      comment: "This import leads to no file and no installed package.",
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    // An example has dependencies of its own, and is imported by nothing.
    exclude: { path: "(?:^|/)(?:dist|out)/|^examples/" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "default", "types"],
    },
  },
};
