import { createHash } from "node:crypto";
import type { Account } from "./aws/account";
import { failuresOf } from "./aws/check";
import { PackageShapes, versionOf } from "./aws/shapes";
import type { Provider, Subject } from "./wire/service";
import { asText } from "./wire/values";
import type { Properties } from "./wire/values";

const packageName = "@pulumi/docker-build";

/** Stands for Pulumi's provider of Docker builds: what it pushes exists in an {@link Account}, by its digest. */
export class DockerBuildProvider implements Provider {
  readonly version = versionOf(packageName);
  private readonly shapes = new PackageShapes(packageName);

  constructor(private readonly account: Account) {}

  check(
    { type }: Subject,
    news: Properties,
  ): { inputs: Properties; failures: { property: string; reason: string }[] } {
    return { inputs: news, failures: failuresOf(news, this.shapes.inputsOf(type)) };
  }

  /** Another image is pushed in place of the one before it. */
  replaces(): boolean {
    return false;
  }

  create(_subject: Subject, inputs: Properties): { id: string; outputs: Properties } {
    const outputs = this.push(inputs);
    return { id: String(outputs["ref"]), outputs };
  }

  update(_subject: Subject, _id: string, news: Properties): Properties {
    return this.push(news);
  }

  delete(_subject: Subject, _id: string, { ref, digest }: Properties): void {
    this.account.images.delete(`${String(ref).replace(/:[^:/]+@.*$/, "")}@${String(digest)}`);
  }

  exists(): boolean {
    return true;
  }

  invoke(token: string): Properties {
    throw new Error(`${token} is no function of docker-build that the program needs.`);
  }

  /** What is built is told by what it is built from; the credentials, which change each time, are no part of that. */
  private push(inputs: Properties): Properties {
    const built = asText({ ...inputs, registries: undefined });
    const digest = `sha256:${createHash("sha256").update(built).digest("hex")}`;
    const [tag = ""] = inputs["tags"] as string[];
    this.account.images.add(`${tag.replace(/:[^:/]+$/, "")}@${digest}`);
    return { ...inputs, digest, ref: `${tag}@${digest}`, contextHash: digest.slice("sha256:".length) };
  }
}
