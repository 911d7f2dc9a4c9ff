import { parseArgs } from "node:util";

/** What `npm run local` was asked to do. */
export interface Arguments {
  /** Paths of the videos; empty for the sample. */
  videos: string[];
  config: Record<string, string>;
  /** Where all that is made is written. */
  outDirectory: string;
  json: boolean;
  /** Run the tasks as Docker containers of the worker's image. */
  docker: boolean;
  /** Keep the pipeline up afterwards, until Ctrl-C. */
  keep: boolean;
  help: boolean;
}

/** A command line that makes no sense, or a file that cannot be uploaded; its message says how to do better. */
export class UsageError extends Error {}

export const usage = `Makes thumbnails, and what else the settings ask for, on this machine, with the same program that runs on AWS.

  npm run local -- [--config KEY=VALUE]… [--out DIR] [--json] [--docker] [--keep] [VIDEO …]

  VIDEO               a video file; without any, the sample in samples/
  --config KEY=VALUE  a setting of the stack, such as thumbnailTimestamp=00:01, storyboard=true or preview=true
                      (Pulumi.yaml has them all), or a list, such as 'prefixes=["uploads/"]'; may be given several
                      times. A bucket that bucketName or outputBucketName names is made first, as one that others
                      have: with EventBridge on, with their documents and objects, and with subscribers of theirs.
                      vpcId, subnetIds and the like are taken as they are.
  --out DIR           where all that is made is written, at the path it has in the bucket (default: out)
  --json              one JSON line per video on stdout, and nothing else there
  --docker            build the worker's image and run the workers in containers, as Fargate would: with their limits
                      of CPU and memory, a read-only root and no capabilities (needs Docker on Linux)
  --keep              keep the pipeline up afterwards, until Ctrl-C, for \`npm run ops -- … --local\` to look after it
  --help              this text

Exit code: 0 when all that the settings ask for was made of every video, 1 when not, 2 for a wrong command line or setting.`;

/** Reads the command line. Throws {@link UsageError}. */
export function readArguments(args: string[]): Arguments {
  const { values, positionals } = parse(args);
  const config: Record<string, string> = {};
  for (const setting of values.config ?? []) {
    const [, key, value] = /^([^=]+)=(.*)$/s.exec(setting) ?? [];
    if (key === undefined || value === undefined) {
      throw new UsageError(
        `--config takes KEY=VALUE, such as --config thumbnailWidth=640; not "${setting}".`,
      );
    }
    config[key.trim()] = value;
  }
  return {
    videos: positionals,
    config,
    outDirectory: values.out ?? "out",
    json: values.json ?? false,
    docker: values.docker ?? false,
    keep: values.keep ?? false,
    help: values.help ?? false,
  };
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        config: { type: "string", multiple: true },
        out: { type: "string" },
        json: { type: "boolean" },
        docker: { type: "boolean" },
        keep: { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    });
  } catch (error) {
    throw new UsageError(
      `${error instanceof Error ? error.message : String(error)} (--help shows the options)`,
    );
  }
}
