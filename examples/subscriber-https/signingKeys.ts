import { X509Certificate } from "node:crypto";

/** SNS's is some 2 KB. */
const maxBytes = 64 * 1024;

/**
 * Gives the public key, as PEM, of the certificate at an address, which is got once and kept as long as it is valid. Its
 * address must be known to be SNS's own: that it comes from there, by TLS, is what makes it SNS's.
 * Throws an Error when it can not be had now.
 */
export function signingKeys(
  get: (address: string) => Promise<string> = getText,
  now: () => number = Date.now,
): (address: string) => Promise<string> {
  const kept = new Map<string, Promise<X509Certificate>>();
  return async (address) => {
    const got = kept.get(address) ?? get(address).then((pem) => new X509Certificate(pem));
    kept.set(address, got);
    try {
      const certificate = await got;
      if (now() < Date.parse(certificate.validFrom) || now() > Date.parse(certificate.validTo))
        throw new Error(`the certificate at ${address} is valid until ${certificate.validTo}`);
      return certificate.publicKey.export({ type: "spki", format: "pem" }).toString();
    } catch (error) {
      kept.delete(address);
      throw error;
    }
  };
}

async function getText(address: string): Promise<string> {
  const response = await fetch(address, { redirect: "error", signal: AbortSignal.timeout(5000) });
  if (!response.ok) throw new Error(`${address} is answered with ${response.status}`);
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > maxBytes) throw new Error(`${address} gives more than ${maxBytes} bytes`);
  }
  return Buffer.concat(chunks).toString();
}
