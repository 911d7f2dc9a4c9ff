import { holdsUnknown, unknownText } from "../wire/values";
import type { Properties } from "../wire/values";
import type { Provider, Subject } from "../wire/service";
import type { Account, Existing } from "./account";
import { failuresOf } from "./check";
import { withName } from "./names";
import { created } from "./outputs";
import { refusedCreation } from "./refusedCreations";
import { refusedDeletion } from "./refusedDeletions";
import { replaces } from "./replacing";
import { PackageShapes, versionOf } from "./shapes";
import type { Fields } from "./shapes";

const packageName = "@pulumi/aws";

/** Makes a creation fail, as AWS may at any time: gives the reason, or undefined to let it be. */
export type Fault = (resource: Subject) => string | undefined;

/** Stands for Pulumi's provider of AWS: what it creates exists in an {@link Account}. */
export class AwsProvider implements Provider {
  readonly version = versionOf(packageName);
  private readonly shapes = new PackageShapes(packageName);
  fault: Fault = () => undefined;

  constructor(private readonly account: Account) {}

  check(
    subject: Subject,
    news: Properties,
    olds: Properties,
    seed: Uint8Array,
  ): { inputs: Properties; failures: { property: string; reason: string }[] } {
    const fields = this.shapes.inputsOf(subject.type);
    const inputs = withDocuments(withName({ ...subject, seed }, news, olds, fields), fields);
    return { inputs, failures: failuresOf(news, fields) };
  }

  readonly replaces = replaces;

  create(subject: Subject, inputs: Properties, settings: Properties): { id: string; outputs: Properties } {
    const reason = this.fault(subject);
    if (reason !== undefined) throw new Error(reason);
    const region = regionOf(settings);
    const seed = `${subject.urn} ${JSON.stringify(inputs)} ${this.account.all().length}`;
    const { id, outputs } = created({ ...subject, seed, region }, inputs, this.account);
    this.require(refusedCreation({ type: subject.type, id, outputs }, this.account));
    const withTags = this.tagged(subject.type, outputs, settings);
    this.account.put({ type: subject.type, id, inputs, outputs: withTags });
    return { id, outputs: withTags };
  }

  update(subject: Subject, id: string, news: Properties, olds: Properties, settings: Properties): Properties {
    const outputs = this.tagged(subject.type, { ...olds, ...news }, settings);
    this.account.put({ type: subject.type, id, inputs: news, outputs });
    return outputs;
  }

  delete({ type }: Subject, id: string, olds: Properties): void {
    const doomed = this.existing(type, id, olds);
    if (doomed === undefined) return;
    this.require(refusedDeletion(doomed, this.account));
    this.account.remove(doomed);
  }

  exists(type: string, id: string, outputs: Properties): boolean {
    return this.existing(type, id, outputs) !== undefined;
  }

  invoke(token: string, settings: Properties): Properties {
    const region = regionOf(settings);
    const { id: account } = this.account;
    switch (token) {
      case "aws:index/getCallerIdentity:getCallerIdentity":
        return {
          id: account,
          accountId: account,
          arn: `arn:aws:iam::${account}:user/someone`,
          userId: "AIDA",
        };
      case "aws:index/getRegion:getRegion":
        return {
          id: region,
          name: region,
          region,
          description: region,
          endpoint: `ec2.${region}.amazonaws.com`,
        };
      case "aws:index/getPartition:getPartition":
        return { id: "aws", partition: "aws", dnsSuffix: "amazonaws.com", reverseDnsPrefix: "com.amazonaws" };
      case "aws:index/getAvailabilityZones:getAvailabilityZones":
        return { id: region, names: ["a", "b", "c"].map((zone) => region + zone) };
      case "aws:ecr/getAuthorizationToken:getAuthorizationToken":
        return {
          id: region,
          authorizationToken: "QVdTOnRva2Vu",
          expiresAt: "2030-01-01T00:00:00Z",
          password: "token",
          proxyEndpoint: `https://${account}.dkr.ecr.${region}.amazonaws.com`,
          userName: "AWS",
        };
      default:
        throw new Error(`${token} is no function that the program needs; if it does now, answer it here.`);
    }
  }

  private existing(type: string, id: string, outputs: Properties): Existing | undefined {
    return this.account
      .all(type)
      .find(
        (one) => one.id === id && (outputs["arn"] === undefined || one.outputs["arn"] === outputs["arn"]),
      );
  }

  /** With the tags that the provider gives whatever can have any. */
  private tagged(type: string, outputs: Properties, settings: Properties): Properties {
    if (!this.shapes.inputsOf(type).has("tags")) return outputs;
    const { defaultTags = "{}" } = settings as { defaultTags?: string };
    const { tags = {} } = JSON.parse(defaultTags) as { tags?: object };
    return { ...outputs, tagsAll: { ...tags, ...(outputs["tags"] as object | undefined) } };
  }

  private require(refusal: string | undefined): void {
    if (refusal !== undefined) throw new Error(refusal);
  }
}

/** Policies may be given as objects; AWS, and so a stack's state, has them as text. */
function withDocuments(inputs: Properties, fields: Fields): Properties {
  const texts = Object.entries(inputs).map(([name, value]) => {
    const shape = fields.get(name)?.shape;
    const isDocument = shape?.kind === "either" && typeof value === "object" && value !== null;
    if (!isDocument) return [name, value];
    return [name, holdsUnknown(value) ? unknownText : JSON.stringify(value)];
  });
  return Object.fromEntries(texts) as Properties;
}

function regionOf(settings: Properties): string {
  const { region } = settings;
  if (typeof region !== "string") throw new Error("The AWS provider has no region; set aws:region.");
  return region;
}
