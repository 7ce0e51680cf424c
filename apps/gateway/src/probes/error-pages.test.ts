import { describe, expect, test } from 'vitest';
import { createTestGateway, errorsMarkdown, ISSUER } from '../test-support.ts';
import { ANSWER_REASONS, answerFor, MENDERS } from '../token/reason-answers.ts';
import { sectionsOf } from './error-pages.ts';

const page = (path: string) => createTestGateway().app.request(`${ISSUER}/errors/${path}`);

describe('the page of a reason', () => {
  test.each(ANSWER_REASONS)('is served for %s and for what a caller sees of it', async (reason) => {
    for (const name of [reason, answerFor(reason).publicReason]) {
      const response = await page(name);
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toBe('text/markdown; charset=utf-8');
      expect(await response.text()).toMatch(new RegExp(`^## ${name}\\n`));
    }
  });

  test('ends where the next section or chapter begins', async () => {
    const text = await (await page('target_missing')).text();
    expect(text).toContain('There is no default target.');
    expect(text).not.toContain('# The subject token');
  });

  test.each([
    'unheard_of',
    '',
    'constructor',
    '__proto__',
    '..%2f..%2fpackage.json',
    '%2e%2e/%2e%2e/etc/passwd',
    'token_expired%00',
    'token_expired/',
    'TOKEN_EXPIRED',
    '%ff',
    'token_expired%0a',
    'x'.repeat(5_000),
  ])('A46: is looked up by its name alone: %s is not found', async (path) => {
    const response = await page(path);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ error: 'not_found', reason: 'not_found' });
  });
});

test('a path that is none is 404 in JSON and logged without its text', async () => {
  const { app, requestLines } = createTestGateway();
  const response = await app.request(`${ISSUER}/admin/v1/whoami?secret=1`);
  expect(response.status).toBe(404);
  expect(await response.json()).toMatchObject({ error: 'not_found', request_id: 'request-1' });
  expect(requestLines).toMatchObject([{ route: '*', reason: 'not_found', status: 404 }]);
});

describe('docs/errors.md', () => {
  const sections = sectionsOf(errorsMarkdown);
  const isHidden = (reason: string) =>
    ANSWER_REASONS.some((one) => one === reason && answerFor(one).publicReason !== one);

  test('has a section for every reason and public stand-in, once, and for nothing else', () => {
    const names = new Set(ANSWER_REASONS.flatMap((reason) => [reason, answerFor(reason).publicReason]));
    const headings = [...errorsMarkdown.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading ?? '');
    expect(headings.toSorted()).toEqual([...names].toSorted());
  });

  test.each(ANSWER_REASONS.map((reason) => ({ reason, ...answerFor(reason) })))(
    'says of $reason what the code does',
    ({ reason, publicReason, status, error, mendedBy }) => {
      const seenAs = sections.get(publicReason);
      expect(seenAs).toContain(`\n- Answer: ${status} \`${error}\`\n`);
      expect(seenAs).toContain(`\n- Mended by: ${mendedBy}\n`);
      const section = sections.get(reason);
      if (reason === publicReason) expect(section).not.toContain('- Seen by the caller as:');
      else expect(section).toContain(`\n- Seen by the caller as: \`${publicReason}\`\n`);
    },
  );

  test.each([...sections])('says of %s who mends it, and how', (name, section) => {
    const mender = /^- Mended by: (.*)$/m.exec(section)?.[1];
    expect(MENDERS).toContain(mender);
    expect(section).toMatch(/^\*\*Mend it:\*\* \S.{10,}/m);
    expect(section.includes('- Answer:')).toBe(!isHidden(name));
  });
});
