import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/**
 * An AWS provider that is configured as the stack's `aws:…` keys say and tags whatever it creates with
 * the project and the stack. The components get it as their provider, and pass it on to all they contain.
 */
export function taggingProvider(): aws.Provider {
  const {
    accessKey,
    secretKey,
    token,
    requireRegion: _,
    ...configured
  } = aws.config as Record<string, unknown>;
  const defaultTags = configured["defaultTags"] as { tags?: Record<string, string> } | undefined;
  return new aws.Provider("aws", {
    ...configured,
    accessKey: secretOrAbsent(accessKey),
    secretKey: secretOrAbsent(secretKey),
    token: secretOrAbsent(token),
    defaultTags: { tags: { project: pulumi.getProject(), stack: pulumi.getStack(), ...defaultTags?.tags } },
  });
}

/** The program sees a configured secret in plain text; the state must not. */
function secretOrAbsent(value: unknown): pulumi.Input<string> | undefined {
  return value === undefined ? undefined : pulumi.secret(value as string);
}
