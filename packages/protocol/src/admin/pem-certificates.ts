import { z } from 'zod';

const MAX_LENGTH = 131_072;
const BLOCK =
  '-----BEGIN CERTIFICATE-----\\r?\\n(?:[A-Za-z0-9+/=]{1,76}\\r?\\n)+-----END CERTIFICATE-----\\s*';
const BLOCKS = new RegExp(`^(?:${BLOCK})+$`);

/** Certificates and nothing else: what stands beside them, such as a private key, would be shown to every reader. */
export const pemCertificates = z
  .string()
  .max(MAX_LENGTH)
  .refine((text) => BLOCKS.test(text), {
    error: 'must be PEM certificates (RFC 7468) and nothing else',
  });
