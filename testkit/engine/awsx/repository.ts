import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

interface RepositoryInputs {
  forceDelete?: boolean;
  imageScanningConfiguration?: aws.types.input.ecr.RepositoryImageScanningConfiguration;
  lifecyclePolicy: {
    rules: { description: string; tagStatus: "untagged"; maximumNumberOfImages: number }[];
  };
}

/** A repository, and the rule for which of its images stay: as awsx makes them of what the program asks for. */
export class Repository extends pulumi.ComponentResource {
  readonly repository: aws.ecr.Repository;
  readonly lifecyclePolicy: aws.ecr.LifecyclePolicy;
  readonly url: pulumi.Output<string>;

  constructor(name: string, inputs: RepositoryInputs, options: pulumi.ComponentResourceOptions) {
    super("awsx:ecr:Repository", name, {}, options);
    const { lifecyclePolicy, ...repository } = inputs;
    this.repository = new aws.ecr.Repository(name.toLowerCase(), repository, { parent: this });
    this.url = this.repository.repositoryUrl;
    const rules = lifecyclePolicy.rules.map(({ description, tagStatus, maximumNumberOfImages }, index) => ({
      rulePriority: index + 1,
      description,
      selection: { tagStatus, countType: "imageCountMoreThan" as const, countNumber: maximumNumberOfImages },
      action: { type: "expire" as const },
    }));
    this.lifecyclePolicy = new aws.ecr.LifecyclePolicy(
      name.toLowerCase(),
      { repository: this.repository.name, policy: { rules } },
      { parent: this },
    );
    this.registerOutputs({ repository: this.repository, lifecyclePolicy: this.lifecyclePolicy });
  }
}
