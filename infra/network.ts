import * as aws from "@pulumi/aws";
import * as awsx from "@pulumi/awsx";
import * as pulumi from "@pulumi/pulumi";

/**
 * A network for the workers alone: two zones, public subnets, so that nothing bills while nobody uploads
 * (a NAT gateway is about $33 a month in each zone), and nobody can connect to a worker.
 */
export class Network extends pulumi.ComponentResource {
  /** What runs in it reaches S3 by an endpoint of the network's own, so that S3 knows where it comes from. */
  readonly vpcId: pulumi.Output<string>;
  readonly subnetIds: pulumi.Output<string[]>;
  readonly securityGroupId: pulumi.Output<string>;

  constructor(name: string, args: { region: string }, options?: pulumi.ComponentResourceOptions) {
    super("video-thumbnailer:infra:Network", name, {}, options);
    const parent = { parent: this };

    const vpc = new awsx.ec2.Vpc(
      "workers",
      {
        numberOfAvailabilityZones: 2,
        natGateways: { strategy: "None" },
        subnetStrategy: "Auto",
        subnetSpecs: [{ type: "Public", cidrMask: 20 }],
        // Free of charge, and only "Auto" attaches it to the route tables.
        vpcEndpointStrategy: "Auto",
        vpcEndpointSpecs: [{ serviceName: `com.amazonaws.${args.region}.s3` }],
      },
      parent,
    );
    const securityGroup = new aws.ec2.SecurityGroup(
      "workers",
      {
        vpcId: vpc.vpcId,
        description: "Thumbnail workers: nothing in, HTTPS out",
        ingress: [],
        egress: [{ protocol: "tcp", fromPort: 443, toPort: 443, cidrBlocks: ["0.0.0.0/0"] }],
      },
      parent,
    );
    this.vpcId = vpc.vpcId;
    this.subnetIds = vpc.publicSubnetIds;
    this.securityGroupId = securityGroup.id;
    this.registerOutputs({ subnetIds: this.subnetIds, securityGroupId: this.securityGroupId });
  }
}
