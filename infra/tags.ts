import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/**
 * An AWS provider that is configured as the stack's `aws:…` keys say and tags whatever it creates with
 * the project and the stack. The components get it as their provider, and pass it on to all they contain.
 */
export function taggingProvider(): aws.Provider {
  const { accessKey, secretKey, token, defaultTags } = aws.config;
  // The module holds one getter for each `aws:…` key, and the function requireRegion.
  const settings = Object.entries(aws.config).filter(([, value]) => typeof value !== "function");
  return new aws.Provider("aws", {
    ...(Object.fromEntries(settings) as aws.ProviderArgs),
    accessKey: secretOrAbsent(accessKey),
    secretKey: secretOrAbsent(secretKey),
    token: secretOrAbsent(token),
    defaultTags: { tags: { project: pulumi.getProject(), stack: pulumi.getStack(), ...defaultTags?.tags } },
  });
}

/** The program sees a configured secret in plain text; the state must not. */
function secretOrAbsent(value: string | undefined): pulumi.Input<string> | undefined {
  return value === undefined ? undefined : pulumi.secret(value);
}
