import { parseArgs, type ParseArgsConfig } from "node:util";
import { argumentsOf, commonOptions, UsageError, type Arguments as StackArguments } from "../ops/arguments";

/** What `npm run console` was asked to do. */
export interface Arguments {
  /** A deployed stack, or a local run that is kept up; undefined: a local run of the console's own. */
  stack: StackArguments | undefined;
  isReadOnly: boolean;
  /** Whether the page is opened; its address is printed all the same. */
  opens: boolean;
  /** 0: any that is free; undefined: the usual one, or any that is free. */
  port: number | undefined;
  /** Of the console's own local run: the settings, the videos to begin with, and where it says that it is up. */
  config: Record<string, string>;
  videos: string[];
  isEmpty: boolean;
  outDirectory: string;
}

/** What the console's own local run is set to, unless --config says otherwise. */
export const localConfig: Readonly<Record<string, string>> = {
  storyboard: "true",
  preview: "true",
  videoSuffixes: JSON.stringify([".mp4", ".mov", ".m4v", ".mkv", ".webm", ".avi"]),
  uploadOrigins: JSON.stringify(["http://127.0.0.1:*"]),
  warmWorkers: "1",
};

const settings = Object.entries(localConfig)
  .map(([key, value]) => `                        ${key}=${value}`)
  .join("\n");

/** Where a console listens unless it is told: what a browser keeps of it, such as cut uploads, is of one port. */
export const usualPort = 7420;

export const usage = `Opens a page that shows a stack: drop videos on it, look at what is made of them, choose other frames, and see why
something failed.

  npm run console                       starts the pipeline on this machine, with the sample video in it
  npm run console -- cat.mp4 dog.mov    … with these videos
  npm run console -- --stack prod       shows a deployed stack, with your own AWS credentials

Which stack:
  --stack NAME          as \`npx pulumi stack ls\` lists it
  --local               the local run that \`npm run local -- --keep\` keeps up; with --out DIR if that was given one
  --region, --bucket, … instead of a stack's outputs, as \`npm run ops -- --help\` lists them

Without any of these, a local run of its own:
  --config KEY=VALUE    a setting; may be given several times. By default:
${settings}
  --empty               begin without the sample video
  --out DIR             where it says that it is up, for \`npm run ops -- … --local\` (default: out)

  --read-only           change nothing: no button does, and the server refuses; docs/console.md lists the rights it needs
  --no-open             only print the page's address
  --port N              listen there (default: ${usualPort}, or a free one where that is taken)
  --help                this text

The page is for this machine alone, and for whoever has its address. Ctrl-C ends it, and a local run of its own with
all that is in it.`;

const stackOptions = Object.fromEntries(Object.entries(commonOptions).filter(([name]) => name !== "json"));
const ownOptions: NonNullable<ParseArgsConfig["options"]> = {
  help: { type: "boolean", short: "h" },
  "read-only": { type: "boolean" },
  "no-open": { type: "boolean" },
  port: { type: "string" },
  config: { type: "string", multiple: true },
  empty: { type: "boolean" },
};

/** Reads the command line; `"help"` when that is wanted. Throws {@link UsageError}. */
export function readArguments(args: string[]): Arguments | "help" {
  const { values, positionals: videos } = parse(args);
  if (values["help"] === true) return "help";
  // What names a stack is what the operator's commands take, and is read as theirs.
  const stack = argumentsOf("status", values, []);
  const isThere = stack.stack !== undefined || stack.local || Object.keys(stack.outputs).length > 0;
  if (isThere) rejectLocal(values, videos);
  return {
    stack: isThere ? stack : undefined,
    isReadOnly: values["read-only"] === true,
    opens: values["no-open"] !== true,
    port: readPort(values["port"] as string | undefined),
    config: { ...localConfig, ...readConfig(values["config"] as string[] | undefined) },
    videos,
    isEmpty: values["empty"] === true,
    outDirectory: stack.outDirectory,
  };
}

function parse(args: string[]) {
  try {
    return parseArgs({ args, allowPositionals: true, options: { ...stackOptions, ...ownOptions } });
  } catch (error) {
    const [problem = ""] = (error instanceof Error ? error.message : String(error)).split(". ");
    throw new UsageError(`${problem.replace(/\.$/, "")}. --help says more.`);
  }
}

function readConfig(given: string[] = []): Record<string, string> {
  return Object.fromEntries(
    given.map((setting) => {
      const [, key, value] = /^([^=]+)=(.*)$/s.exec(setting) ?? [];
      if (key === undefined || value === undefined)
        throw new UsageError(
          `--config takes KEY=VALUE, such as --config thumbnailWidth=640; not "${setting}".`,
        );
      return [key.trim(), value];
    }),
  );
}

function readPort(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535)
    throw new UsageError(`--port takes a port from 1 to 65535; not "${text}".`);
  return port;
}

/** What is of a local run of the console's own goes with no other stack. */
function rejectLocal({ config, empty }: Readonly<Record<string, unknown>>, videos: string[]): void {
  const given = config !== undefined ? "--config" : empty === true ? "--empty" : videos[0];
  if (given !== undefined)
    throw new UsageError(
      `${given} is for a local run of the console's own; not for a stack that is there already.`,
    );
}
