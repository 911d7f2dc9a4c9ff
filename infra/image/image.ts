import * as awsx from "@pulumi/awsx";
import * as pulumi from "@pulumi/pulumi";
import type { Architecture } from "../settings/settings";
import { imageBuild, imageBuildArguments } from "./imageBuild";

/** Images before the one in use that stay, to go back to and for workers that are about to start. */
const earlierImages = 4;

export interface ImageArgs {
  architecture: Architecture;
  /** Any text; another one builds the image anew from what Debian has now. */
  imageRefresh: string;
  /** Use this image; nothing is built. */
  imageUri: string | undefined;
  /** A customer's key that encrypts the images; undefined: ECR's own. A repository keeps the one that it was made with. */
  kmsKeyArn: pulumi.Input<string> | undefined;
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
        `${name}-worker`,
        {
          // Images can be built again; they must not keep `pulumi destroy` from finishing.
          forceDelete: true,
          // ECR uses it by a grant that it has of who makes the repository: who pushes and pulls needs no right on the key.
          // https://docs.aws.amazon.com/AmazonECR/latest/userguide/encryption-at-rest.html
          ...(args.kmsKeyArn !== undefined && {
            encryptionConfigurations: [{ encryptionType: "KMS", kmsKey: args.kmsKeyArn }],
          }),
          imageScanningConfiguration: { scanOnPush: true },
          lifecyclePolicy: {
            rules: [
              {
                description: `keep ${earlierImages} images before the one in use, which has the tag`,
                tagStatus: "untagged",
                maximumNumberOfImages: earlierImages,
              },
            ],
          },
        },
        parent,
      );
      this.uri = new awsx.ecr.Image(
        `${name}-worker`,
        {
          repositoryUrl: repository.url,
          // One tag for every image: a new one takes it over, and leaves the image before it there without a tag, for
          // workers that still pull it and for the repository's rule to count. With a tag for each, awsx would delete the
          // image before at once. The tag is also where a machine that has built nothing yet finds the layers of the image
          // in use, and what awsx calls its resource: two components of one program must not have the same.
          imageTag: `${name}-worker`,
          ...imageBuild,
          args: imageBuildArguments(args.imageRefresh),
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
