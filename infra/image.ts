import * as awsx from "@pulumi/awsx";
import * as pulumi from "@pulumi/pulumi";
import type { Architecture } from "./settings/config";
import { imageBuild, imageBuildArguments } from "./imageBuild";

export interface ImageArgs {
  architecture: Architecture;
  /** Use this image; nothing is built. */
  imageUri?: string;
}

/** The worker's image: built and pushed to a repository of its own, or one that exists. */
export class Image extends pulumi.ComponentResource {
  /** The image as a task definition names it; ours by digest, so that a changed image is a new revision. */
  readonly uri: pulumi.Output<string>;
  /** The repository it is pulled from, if it is one of ECR's. */
  readonly repositoryArn: pulumi.Output<string | undefined>;

  constructor(name: string, args: ImageArgs, options?: pulumi.ComponentResourceOptions) {
    super("video-thumbnailer:infra:Image", name, {}, options);
    const parent = { parent: this };

    if (args.imageUri === undefined) {
      const repository = new awsx.ecr.Repository(
        "worker",
        {
          // Images can be built again; they must not keep `pulumi destroy` from finishing.
          forceDelete: true,
          imageScanningConfiguration: { scanOnPush: true },
          lifecyclePolicy: {
            rules: [
              {
                description: "keep the image in use and four before it",
                tagStatus: "untagged",
                maximumNumberOfImages: 4,
              },
            ],
          },
        },
        parent,
      );
      this.uri = new awsx.ecr.Image(
        "worker",
        {
          repositoryUrl: repository.url,
          ...imageBuild,
          args: imageBuildArguments(),
          platform: args.architecture === "ARM64" ? "linux/arm64" : "linux/amd64",
        },
        parent,
      ).imageUri;
      this.repositoryArn = repository.repository.apply((ecr) => ecr.arn);
    } else {
      this.uri = pulumi.output(args.imageUri);
      this.repositoryArn = pulumi.output(ecrRepositoryArn(args.imageUri));
    }
    this.registerOutputs({ uri: this.uri });
  }
}

/**
 * The ARN of the private ECR repository that an image's address names; undefined for any other registry.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/Registries.html
 */
export function ecrRepositoryArn(imageUri: string): string | undefined {
  const match = /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com(\.cn)?\/([^:@]+)/.exec(imageUri);
  if (match === null) return undefined;
  const [, account, region, china, repository] = match;
  const partition = china ? "aws-cn" : region?.startsWith("us-gov-") ? "aws-us-gov" : "aws";
  return `arn:${partition}:ecr:${region ?? ""}:${account ?? ""}:repository/${repository ?? ""}`;
}
