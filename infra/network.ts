import * as aws from "@pulumi/aws";
import * as awsx from "@pulumi/awsx";
import * as pulumi from "@pulumi/pulumi";

export interface NetworkArgs {
  /** An existing network and its subnets; undefined: one is made. */
  vpcId: pulumi.Input<string> | undefined;
  subnetIds: pulumi.Input<pulumi.Input<string>[]> | undefined;
  assignPublicIp: boolean;
  /** One of the existing network's; undefined: one is made. */
  securityGroupId: pulumi.Input<string> | undefined;
  /** The region that it is in. */
  region: pulumi.Output<string>;
}

/** Where the workers run: a network made for them alone, or one that is there. */
export class Network extends pulumi.ComponentResource {
  readonly subnetIds: pulumi.Output<string[]>;
  readonly securityGroupId: pulumi.Output<string>;
  readonly assignPublicIp: boolean;
  /**
   * The network from which S3 sees workers come, by an endpoint of its own; undefined for an existing network, which may
   * have none.
   */
  readonly s3EndpointVpcId: pulumi.Output<string> | undefined;

  constructor(name: string, args: NetworkArgs, options?: pulumi.ComponentResourceOptions) {
    super("video-thumbnailer:infra:Network", name, {}, options);
    const parent = { parent: this };

    const made = args.vpcId === undefined ? publicNetwork(name, args.region, parent) : undefined;
    this.s3EndpointVpcId = made?.vpcId;
    this.subnetIds = made?.subnetIds ?? pulumi.output(args.subnetIds ?? []);
    this.securityGroupId = pulumi.output(
      args.securityGroupId ?? httpsOutOnly(name, made?.vpcId ?? args.vpcId, parent).id,
    );
    this.assignPublicIp = args.assignPublicIp;
    this.registerOutputs({ subnetIds: this.subnetIds, securityGroupId: this.securityGroupId });
  }
}

/**
 * Two zones, public subnets, so that nothing bills while nobody uploads (a NAT gateway is about $33 a month in each zone),
 * and S3 by an endpoint of its own, so that S3 knows where a call comes from.
 */
function publicNetwork(
  name: string,
  region: pulumi.Output<string>,
  options: pulumi.ComponentResourceOptions,
): { vpcId: pulumi.Output<string>; subnetIds: pulumi.Output<string[]> } {
  const vpc = new awsx.ec2.Vpc(
    `${name}-workers`,
    {
      numberOfAvailabilityZones: 2,
      natGateways: { strategy: "None" },
      subnetStrategy: "Auto",
      subnetSpecs: [{ type: "Public", cidrMask: 20 }],
    },
    options,
  );
  // Free of charge. One of awsx's would be called after the service, and two networks of one program would clash.
  const endpoint = new aws.ec2.VpcEndpoint(
    `${name}-s3`,
    {
      vpcId: vpc.vpcId,
      serviceName: pulumi.interpolate`com.amazonaws.${region}.s3`,
      routeTableIds: vpc.routeTables.apply((tables) => pulumi.all(tables.map(({ id }) => id))),
    },
    options,
  );
  // S3 refuses a worker that does not come by the endpoint, so that none may start before it is there.
  const subnetIds = pulumi.all([vpc.publicSubnetIds, endpoint.id]).apply(([ids]) => ids);
  return { vpcId: vpc.vpcId, subnetIds };
}

/** Nobody can connect to a worker. */
function httpsOutOnly(
  name: string,
  vpcId: pulumi.Input<string> | undefined,
  options: pulumi.ComponentResourceOptions,
): aws.ec2.SecurityGroup {
  return new aws.ec2.SecurityGroup(
    `${name}-workers`,
    {
      ...(vpcId !== undefined && { vpcId }),
      description: "Thumbnail workers: nothing in, HTTPS out",
      ingress: [],
      egress: [{ protocol: "tcp", fromPort: 443, toPort: 443, cidrBlocks: ["0.0.0.0/0"] }],
    },
    options,
  );
}
