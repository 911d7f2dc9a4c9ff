import { createSign, generateKeyPairSync } from "node:crypto";
import type { KeyObject } from "node:crypto";

/** A key, and a certificate of it that nobody else has signed, PEM. */
export interface SelfSigned {
  readonly privateKey: KeyObject;
  readonly certificate: string;
  readonly validFrom: Date;
  readonly validTo: Date;
}

/** https://datatracker.ietf.org/doc/html/rfc5280#section-4.1 */
export function selfSigned(validFrom: Date, validTo: Date): SelfSigned {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  // sha256WithRSAEncryption, 1.2.840.113549.1.1.11
  const algorithm = sequence(der(0x06, Buffer.from("2a864886f70d01010b", "hex")), der(0x05));
  // commonName, 2.5.4.3
  const name = sequence(
    der(0x31, sequence(der(0x06, Buffer.from("550403", "hex")), der(0x0c, Buffer.from("sns.amazonaws.com")))),
  );
  const tbs = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from([1])),
    algorithm,
    name,
    sequence(time(validFrom), time(validTo)),
    name,
    publicKey.export({ type: "spki", format: "der" }),
  );
  const signature = createSign("RSA-SHA256").update(tbs).sign(privateKey);
  const certificate = sequence(tbs, algorithm, der(0x03, Buffer.from([0]), signature));
  const lines = certificate.toString("base64").replace(/.{64}/g, "$&\n");
  return {
    privateKey,
    certificate: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
    validFrom,
    validTo,
  };
}

const sequence = (...parts: Buffer[]) => der(0x30, ...parts);

/** GeneralizedTime. */
function time(date: Date): Buffer {
  return der(0x18, Buffer.from(date.toISOString().replace(/[-:T]|\.\d+/g, "")));
}

/** A tag, the length and the content. */
function der(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}
