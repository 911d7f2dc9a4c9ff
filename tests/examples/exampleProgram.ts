import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { evaluateProgram } from "../../local/program/program";
import type { Program } from "../../local/program/program";
import { copyExample, installDependencies } from "../../testkit/installed";

/** An example that is a Pulumi program, copied out of this repository, as its reader does, with its packages. */
export class ExampleProgram {
  private constructor(
    private readonly folder: string,
    private readonly name: string,
  ) {}

  static async copy(name: string): Promise<ExampleProgram> {
    const folder = await mkdtemp(path.join(tmpdir(), `${name}-`));
    copyExample(name, folder);
    installDependencies(folder);
    return new ExampleProgram(folder, name);
  }

  /** Evaluates it under mocks; keys of the configuration are the example's own. */
  evaluate(config: Record<string, string>, project: string): Promise<Program> {
    const region = "eu-west-1";
    const own = Object.entries(config).map(([key, value]) => [`${project}:${key}`, value]);
    return evaluateProgram(this.folder, {
      project,
      stack: this.name,
      region,
      config: { "aws:region": region, ...(Object.fromEntries(own) as Record<string, string>) },
      queueEndpoint: `https://sqs.${region}.amazonaws.com`,
    });
  }

  remove(): Promise<void> {
    return rm(this.folder, { recursive: true });
  }
}
