import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

interface VpcInputs {
  numberOfAvailabilityZones: number;
  subnetSpecs: [{ type: "Public"; cidrMask: number }];
  tags?: Record<string, string>;
}

/**
 * A VPC of public subnets alone, one in each zone: as awsx makes it with `subnetStrategy` "Auto" and without NAT gateways.
 */
export class Vpc extends pulumi.ComponentResource {
  readonly vpcId: pulumi.Output<string>;
  readonly publicSubnetIds: pulumi.Output<string[]>;
  readonly routeTables: pulumi.Output<aws.ec2.RouteTable[]>;
  readonly privateSubnetIds: pulumi.Output<string>[] = [];
  readonly isolatedSubnetIds: pulumi.Output<string>[] = [];

  constructor(name: string, inputs: pulumi.Inputs, options: pulumi.ComponentResourceOptions) {
    super("awsx:ec2:Vpc", name, {}, options);
    const made = pulumi.output(this.make(name, inputs as unknown as VpcInputs));
    this.vpcId = made.apply(({ vpc }) => vpc.id);
    this.routeTables = made.apply(({ routeTables }) => routeTables);
    this.publicSubnetIds = made.apply(({ subnets }) => pulumi.all(subnets.map(({ id }) => id)));
  }

  private async make(
    name: string,
    inputs: VpcInputs,
  ): Promise<{ vpc: aws.ec2.Vpc; subnets: aws.ec2.Subnet[]; routeTables: aws.ec2.RouteTable[] }> {
    const { numberOfAvailabilityZones } = inputs;
    const [{ cidrMask }] = inputs.subnetSpecs;
    const { names } = await aws.getAvailabilityZones(undefined, { parent: this });
    const tags = { Name: name, ...inputs.tags };

    const vpc = new aws.ec2.Vpc(name, { cidrBlock: "10.0.0.0/16", tags }, { parent: this });
    const inside = { parent: vpc, dependsOn: [vpc] };
    const gateway = new aws.ec2.InternetGateway(name, { vpcId: vpc.id, tags }, inside);
    const subnets = names.slice(0, numberOfAvailabilityZones).map((availabilityZone, index) => {
      const subnetName = `${name}-public-${index + 1}`;
      const named = { ...tags, Name: subnetName, SubnetType: "Public" };
      // The VPC's addresses are shared out among the zones, a power of two; a subnet is the first of its zone's.
      const zoneBits = Math.ceil(Math.log2(numberOfAvailabilityZones));
      const cidrBlock = `10.0.${index * 2 ** (8 - zoneBits)}.0/${cidrMask}`;
      const subnet = new aws.ec2.Subnet(
        subnetName,
        {
          vpcId: vpc.id,
          availabilityZone,
          mapPublicIpOnLaunch: true,
          cidrBlock,
          assignIpv6AddressOnCreation: false,
          tags: named,
        },
        inside,
      );
      return { subnetName, subnet, named };
    });
    const routeTables = subnets.map(({ subnetName, subnet, named }) => {
      const routeTable = new aws.ec2.RouteTable(
        subnetName,
        { vpcId: vpc.id, tags: named },
        { parent: subnet, dependsOn: [subnet] },
      );
      const onTable = { parent: routeTable, dependsOn: [routeTable] };
      new aws.ec2.RouteTableAssociation(
        subnetName,
        { routeTableId: routeTable.id, subnetId: subnet.id },
        onTable,
      );
      new aws.ec2.Route(
        subnetName,
        { routeTableId: routeTable.id, gatewayId: gateway.id, destinationCidrBlock: "0.0.0.0/0" },
        onTable,
      );
      return routeTable;
    });
    return { vpc, subnets: subnets.map(({ subnet }) => subnet), routeTables };
  }
}
