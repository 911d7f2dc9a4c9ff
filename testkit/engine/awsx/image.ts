import * as aws from "@pulumi/aws";
import * as docker from "@pulumi/docker-build";
import * as pulumi from "@pulumi/pulumi";

interface ImageInputs {
  repositoryUrl: string;
  imageTag: string;
  context: string;
  dockerfile: string;
  args: Record<string, string>;
  platform: docker.Platform;
}

/** An image that is built and pushed under one tag: as awsx makes it of what the program asks for. */
export class Image extends pulumi.ComponentResource {
  /** By digest, without the tag. */
  readonly imageUri: pulumi.Output<string>;

  constructor(name: string, inputs: pulumi.Inputs, options: pulumi.ComponentResourceOptions) {
    super("awsx:ecr:Image", name, {}, options);
    // Made only once the repository's address is known: a first preview does not show it.
    this.imageUri = pulumi.output(inputs as pulumi.Input<ImageInputs>).apply((known) => this.build(known));
    this.registerOutputs({ imageUri: this.imageUri });
  }

  private build(inputs: ImageInputs): pulumi.Output<string> {
    const { repositoryUrl, imageTag } = inputs;
    const tag = `${repositoryUrl}:${imageTag}`;
    const registryId = repositoryUrl.split(".")[0];
    const credentials = aws.ecr.getAuthorizationTokenOutput({ registryId }, { parent: this });
    const image = new docker.Image(
      imageTag,
      {
        tags: [tag],
        buildArgs: inputs.args,
        cacheFrom: [{ registry: { ref: tag } }],
        cacheTo: [{ inline: {} }],
        context: { location: inputs.context },
        dockerfile: { location: inputs.dockerfile },
        platforms: [inputs.platform],
        push: true,
        registries: [
          {
            address: credentials.proxyEndpoint,
            username: credentials.userName,
            password: credentials.password,
          },
        ],
      },
      { parent: this },
    );
    return pulumi.interpolate`${repositoryUrl}@${image.digest}`;
  }
}
