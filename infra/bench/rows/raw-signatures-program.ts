// Signs a token's worth of bytes with ES256 as fast as one core can, for as many milliseconds as its argument says.
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';

const forMs = Number(process.argv[2]);
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const key = { key: privateKey, dsaEncoding: 'ieee-p1363' } as const;
const input = randomBytes(700);

function signFor(milliseconds: number) {
  const startedMs = performance.now();
  const cpuBefore = process.cpuUsage();
  let signatures = 0;
  let elapsedMs = 0;
  while (elapsedMs < milliseconds) {
    for (let index = 0; index < 100; index++) sign('sha256', input, key);
    signatures += 100;
    elapsedMs = performance.now() - startedMs;
  }
  const { user, system } = process.cpuUsage(cpuBefore);
  return { perSecond: (signatures / elapsedMs) * 1000, cpuMicros: (user + system) / signatures };
}

signFor(forMs / 5);
process.stdout.write(JSON.stringify(signFor(forMs)));
