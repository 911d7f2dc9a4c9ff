import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/**
 * An AWS provider that is configured as the stack's `aws:…` keys say. Components of awsx would make one of another
 * version for what is in them, unless they are given one.
 */
export function configuredProvider(): aws.Provider {
  const { accessKey, secretKey, token } = aws.config;
  // The module holds one getter for each `aws:…` key, and the function requireRegion.
  const settings = Object.entries(aws.config).filter(([, value]) => typeof value !== "function");
  const provider = new aws.Provider("aws", {
    ...(Object.fromEntries(settings) as aws.ProviderArgs),
    accessKey: secretOrAbsent(accessKey),
    secretKey: secretOrAbsent(secretKey),
    token: secretOrAbsent(token),
  });
  configured.add(provider);
  return provider;
}

const configured = new WeakSet<pulumi.ProviderResource>();

/** Whether a provider is one that {@link configuredProvider} has made. */
export function isConfiguredProvider(provider: pulumi.ProviderResource): boolean {
  return configured.has(provider);
}

/** The program sees a configured secret in plain text; the state must not. */
function secretOrAbsent(value: string | undefined): pulumi.Input<string> | undefined {
  return value === undefined ? undefined : pulumi.secret(value);
}
