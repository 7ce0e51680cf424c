import { randomBytes } from 'node:crypto';

/** Makes of a good token one that was never seen and proves nothing: forged, of an unknown key, of an unknown issuer. */
export function junkToken(good: string, number: number): string {
  const [header = '', payload = '', signature = ''] = good.split('.');
  const noise = randomBytes(15).toString('base64url');
  const forged = noise + signature.slice(noise.length);
  switch (number % 3) {
    case 0:
      return `${header}.${payload}.${forged}`;
    case 1:
      return `${changed(header, { kid: noise })}.${payload}.${forged}`;
    default:
      return `${header}.${changed(payload, { iss: `https://${noise}.example` })}.${forged}`;
  }
}

function changed(part: string, members: object): string {
  const object = JSON.parse(Buffer.from(part, 'base64url').toString()) as object;
  return Buffer.from(JSON.stringify({ ...object, ...members })).toString('base64url');
}
