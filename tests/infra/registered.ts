import path from "node:path";
import { evaluateProgram } from "../../local/program/program";
import type { Resource } from "../../local/program/resources";

export type { Resource };

const component = "thumbnailer";

/** A resource's name without the component's. */
function ownName(name: string): string {
  return name.startsWith(`${component}-`) ? name.slice(component.length + 1) : name;
}

/** What a stack's program registers (by names without the component's) and exports, evaluated once for each stack that a test asks for. */
export class Stack {
  private constructor(
    readonly resources: Resource[],
    readonly outputs: Record<string, unknown>,
  ) {}

  /** Evaluates the program under mocks; keys are the project's own, values as `pulumi config set` takes them. */
  static async evaluate(config: Record<string, string> = {}, stack = "dev"): Promise<Stack> {
    const project = "video-thumbnailer";
    const region = "eu-west-1";
    const ownConfig = Object.entries(config).map(([key, value]) => [`${project}:${key}`, value]);
    const { resources, outputs } = await evaluateProgram(path.resolve(__dirname, "../.."), {
      project,
      stack,
      region,
      config: { "aws:region": region, ...(Object.fromEntries(ownConfig) as Record<string, string>) },
      queueEndpoint: "https://sqs.eu-west-1.amazonaws.com",
    });
    return new Stack(
      resources.map((resource) => ({ ...resource, name: ownName(resource.name) })),
      outputs,
    );
  }

  /** The resources whose type token ends so, such as `sqs/queue:Queue`. */
  all(typeEnd: string): Resource[] {
    return this.resources.filter(({ type }) => type.endsWith(typeEnd));
  }

  /** The one resource of this type, or of this type and name. */
  one(typeEnd: string, name?: string): Resource {
    const found = this.all(typeEnd).filter((resource) => name === undefined || resource.name === name);
    if (found.length !== 1) {
      throw new Error(`${found.length} resources are ${typeEnd} ${name ?? ""}; there should be one.`);
    }
    return found[0]!;
  }

  arn(typeEnd: string, name?: string): string {
    return String(this.one(typeEnd, name).state["arn"]);
  }

  /** What a resource is registered after, as `TYPE NAME` with the type's last part, such as `Bucket videos`. */
  dependencies({ dependencies }: Resource): string[] {
    return this.resources
      .filter(({ urn }) => dependencies.includes(urn))
      .map(({ type, name }) => `${type.split(":").at(-1) ?? ""} ${name}`);
  }

  /** The statements of a policy that a resource holds as text or as a document. */
  statements(typeEnd: string, name?: string, input = "policy"): unknown[] {
    const policy = this.one(typeEnd, name).inputs[input];
    const document: unknown = typeof policy === "string" ? JSON.parse(policy) : policy;
    return (document as { Statement: unknown[] }).Statement;
  }

  /** The statements of a role's only policy. */
  rights(roleName: string): unknown[] {
    return this.statements("iam/rolePolicy:RolePolicy", roleName);
  }
}
