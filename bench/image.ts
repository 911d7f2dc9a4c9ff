/**
 * `npm run bench:image`: the worker's image beside the usual one (Debian with its packages ffmpeg and awscli), in one
 * run on this machine, with the limits of the task definition. Prints a Markdown table.
 */
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { DockerCloud } from "../testkit/docker/dockerCloud";
import { docker, workerImage } from "../testkit/docker/engine";
import { Registry } from "../testkit/docker/registry";
import { secondsToRequest } from "../testkit/docker/startup";
import { makeVideo } from "../testkit/docker/testVideos";

const run = promisify(execFile);
const rounds = 5;
const usualName = "video-thumbnailer-usual";

/** One image's figures. */
interface Figures {
  compressedMB: number;
  uncompressedMB: number;
  unpackSeconds: number;
  firstRequestSeconds: number;
  thumbnailSeconds: number;
  debianPackages: number;
  setuidFiles: number;
}

/** An image, and how it is made to do the same as the other one. */
interface Candidate {
  image: string;
  /** The command that asks for a job; the worker's image does so by itself. */
  askForJob: string[];
  /** Whether its root file system can be read-only, as the task definition has it. */
  isReadOnly: boolean;
}

async function main(): Promise<void> {
  const ours: Candidate = { image: await workerImage(), askForJob: [], isReadOnly: true };
  const usual: Candidate = {
    // With a name of its own, or it would be removed together with the name that the registry knows it by.
    image: await docker("build", "--quiet", "--tag", usualName, path.join(__dirname, "usual-image")),
    askForJob: [
      'aws sqs receive-message --queue-url "$JOB_QUEUE_URL" --endpoint-url "$AWS_ENDPOINT_URL_SQS"',
    ],
    isReadOnly: false,
  };
  const registry = await Registry.start();
  const cloud = await DockerCloud.start();
  try {
    const [here, there] = [
      await measure("worker", ours, registry, cloud),
      await measure("usual", usual, registry, cloud),
    ];
    print(here, there);
  } finally {
    await cloud.stop();
    await registry.stop();
  }
}

async function measure(
  name: string,
  candidate: Candidate,
  registry: Registry,
  cloud: DockerCloud,
): Promise<Figures> {
  const { image } = candidate;
  const tag = `${registry.address}/${name}:bench`;
  await docker("tag", image, tag);
  await docker("push", tag);
  await docker("rmi", tag);
  const layers = await registry.layers(name, "bench");
  const compressedBytes = layers.reduce((sum, { size }) => sum + size, 0);
  const found = await inspectFiles(image);

  const video = makeVideo(
    "mp4",
    ...["-f", "lavfi", "-i", "testsrc2=size=1920x1080:rate=25:duration=10", "-c:v", "libx264"],
    ...["-preset", "ultrafast", "-g", "50", "-pix_fmt", "yuv420p", "-movflags", "+faststart"],
  );
  return {
    compressedMB: compressedBytes / 1e6,
    uncompressedMB: Number(await docker("inspect", "--format", "{{.Size}}", image)) / 1e6,
    unpackSeconds: await median(() => secondsToUnpack(registry, name)),
    firstRequestSeconds: await median(() =>
      secondsToRequest(async (address) => [
        ...(await arguments_(candidate, cloud, {
          AWS_ENDPOINT_URL_SQS: address,
          JOB_QUEUE_URL: `${address}/000000000000/jobs`,
        })),
        ...candidate.askForJob,
      ]),
    ),
    thumbnailSeconds: await median(() =>
      secondsToRequest(
        (address) =>
          arguments_(candidate, cloud, {
            AWS_ENDPOINT_URL_S3: address,
            INPUT_VIDEO_FILE_URL: `${address}/video.mp4`,
            POSITION_TIME_DURATION: "00:08",
            OUTPUT_THUMBS_FILE_NAME: "video.png",
            OUTPUT_S3_PATH: "bucket/thumb",
          }),
        { content: video, until: ({ method }) => method === "PUT" },
      ),
    ),
    ...found,
  };
}

/** What `docker run` is told for an image: the task definition's settings, as far as the image can do with them. */
async function arguments_(
  { image, isReadOnly }: Candidate,
  cloud: DockerCloud,
  environment: Record<string, string>,
): Promise<string[]> {
  const registered = await cloud.runArguments(environment);
  const options = registered.slice(0, registered.indexOf(await workerImage()));
  return [...options.filter((option) => isReadOnly || option !== "--read-only"), image];
}

/** Downloads all layers from the registry on loopback and unpacks them, one after the other. */
async function secondsToUnpack(registry: Registry, name: string): Promise<number> {
  const folder = await mkdtemp(path.join(tmpdir(), "bench-image-"));
  try {
    const startedAtMs = performance.now();
    for (const { digest } of await registry.layers(name, "bench")) {
      const url = `http://${registry.address}/v2/${name}/blobs/${digest}`;
      await run("sh", ["-c", 'curl --silent --fail "$0" | tar -xz -C "$1"', url, folder]);
    }
    return (performance.now() - startedAtMs) / 1000;
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function inspectFiles(image: string): Promise<Pick<Figures, "debianPackages" | "setuidFiles">> {
  const container = await docker("create", image);
  const folder = await mkdtemp(path.join(tmpdir(), "bench-image-"));
  try {
    await run("sh", ["-c", 'docker export "$0" | tar -x -C "$1"', container, folder]);
    const count = async (command: string) => Number((await run("sh", ["-c", command, folder])).stdout);
    return {
      debianPackages: await count('grep -c "^Package: " "$0/var/lib/dpkg/status"'),
      setuidFiles: await count('find "$0" -type f -perm /6000 | wc -l'),
    };
  } finally {
    await docker("rm", container);
    await rm(folder, { recursive: true });
  }
}

async function median(measureOnce: () => Promise<number>): Promise<number> {
  const values = [];
  for (let round = 0; round < rounds; round++) values.push(await measureOnce());
  return values.sort((a, b) => a - b)[Math.floor(rounds / 2)] ?? NaN;
}

function print(ours: Figures, usual: Figures): void {
  const row = (title: string, figure: keyof Figures, digits: number, unit: string) => {
    const ratio = usual[figure] / ours[figure];
    const text = (value: number) => `${value.toFixed(digits)}${unit}`;
    const times = Number.isFinite(ratio) ? `${ratio.toFixed(1)} ×` : "–";
    return `| ${title} | ${text(ours[figure])} | ${text(usual[figure])} | ${times} |`;
  };
  const lines = [
    "| | this image | debian + ffmpeg awscli | ratio |",
    "| --- | --- | --- | --- |",
    row("compressed, what every start of a task pulls", "compressedMB", 1, " MB"),
    row("uncompressed", "uncompressedMB", 0, " MB"),
    row("download from loopback and unpack", "unpackSeconds", 1, " s"),
    row("container's start to its first request to SQS", "firstRequestSeconds", 2, " s"),
    row(
      "container's start to the upload of a thumbnail (1080p, 8 s into the video)",
      "thumbnailSeconds",
      2,
      " s",
    ),
    row("Debian packages", "debianPackages", 0, ""),
    row("setuid and setgid files", "setuidFiles", 0, ""),
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
}

void main();
