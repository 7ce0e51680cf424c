import { expect, test } from 'vitest';
import { isReservedAudience } from './reserved-audience.ts';

const ISSUER = 'https://broker.company.com/base';

test.each([
  ISSUER,
  `${ISSUER}/`,
  `${ISSUER}/token`,
  `${ISSUER}/clusters/prod/apis/authentication.k8s.io/v1/tokenreviews`,
  `${ISSUER}?x`,
  `${ISSUER}#x`,
  'HTTPS://BROKER.company.com/base/Token',
])("A61: %s is the broker's own", (audience) => {
  expect(isReservedAudience(audience, ISSUER)).toBe(true);
  expect(isReservedAudience(audience, `${ISSUER}/`)).toBe(true);
});

test.each([
  'https://broker.company.com',
  'https://broker.company.com/based',
  'https://broker.company.com/base.evil',
  'http://broker.company.com/base',
  `x${ISSUER}`,
  'base',
])("%s is not the broker's", (audience) => {
  expect(isReservedAudience(audience, ISSUER)).toBe(false);
});
