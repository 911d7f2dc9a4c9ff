import { spawnSync } from "node:child_process";
import * as pulumi from "@pulumi/pulumi";

/** A daemon that answers does so in a fraction of this. */
const answerSeconds = 10;

const advice =
  "The worker's image is built by Docker on this machine: start it (`docker info` must show a server), or use an " +
  "image that exists, with `pulumi config set imageUri ADDRESS`.";

/**
 * Sees to it that the image can be built before anything is created: without Docker the rest of the stack would stand
 * first. A preview goes on with a warning; it builds an image only when one has been deployed and has changed since.
 * Without Pulumi's engine (under mocks) nothing is built.
 * @throws pulumi.RunError that says what is wrong with Docker and what to do
 */
export function requireDocker(): void {
  // Not hasEngine(), which does not see the engine of an Automation API's inline program.
  if (pulumi.runtime.getEngine() === undefined) return;
  const problem = dockerProblem();
  if (problem === undefined) return;
  if (pulumi.runtime.isDryRun()) void pulumi.log.warn(`${problem} ${advice}`);
  else throw new pulumi.RunError(`${problem} ${advice}\nNothing was created or changed.`);
}

/** Why Docker cannot build an image now, in a sentence; undefined when it can. */
export function dockerProblem(timeoutSeconds = answerSeconds): string | undefined {
  const asked = spawnSync("docker", ["version", "--format", "{{.Server.Version}}"], {
    encoding: "utf8",
    stdio: ["ignore", "ignore", "pipe"],
    timeout: timeoutSeconds * 1000,
    killSignal: "SIGKILL",
  });
  const { status, stderr } = asked;
  const error: NodeJS.ErrnoException | undefined = asked.error;
  if (error?.code === "ENOENT") return "There is no program `docker` on the PATH.";
  if (error?.code === "ETIMEDOUT") return `Docker has not answered for ${timeoutSeconds} s.`;
  if (error !== undefined) return `Docker cannot be asked: ${error.message}.`;
  if (status !== 0) return `Docker is not running: ${stderr.trim()}`;
  return undefined;
}
