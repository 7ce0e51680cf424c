import { readFileSync } from 'node:fs';
import { POLICY_REASONS, REQUEST_REASONS, TOKEN_REASONS } from '@symbolon/core';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { askDoor } from '../../doors/ask-door.test-support.ts';
import { formBody, goodForm, ISSUER, type PostOptions, postToken } from '../../test-support.ts';
import { type Broker, createBroker } from './broker.ts';
import { subjectTokens } from './subject-tokens.ts';

interface Row {
  readonly input: string;
  readonly send?: {
    readonly method?: string;
    readonly query?: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string;
    readonly padding?: number;
    readonly form?: Readonly<Record<string, string | readonly string[] | null>>;
  };
  readonly token?: string;
  readonly trouble?: string;
  readonly answer: string;
  readonly text: string;
  readonly leaves: string;
}

const rows = parse(
  readFileSync(new URL('./golden-table.yaml', import.meta.url).pathname, 'utf8'),
) as readonly Row[];

function makeToken({ token = 'good' }: Partial<Row>): string {
  const make = subjectTokens[token];
  if (make === undefined) throw new Error(`the table names a token that is none: ${token}`);
  return make();
}

type Send = (broker: Broker, options: PostOptions) => Promise<Response>;

/** The two ways to the token endpoint: one judgement, and so one table. */
const WAYS: { readonly [way: string]: Send } = {
  'through the application': ({ app }, options) => postToken(app, options),
  'through the door before it': ({ tokenDoor }, { url = '', method, body, headers = {} }) => {
    const all = { 'content-type': 'application/x-www-form-urlencoded', ...headers };
    return askDoor(tokenDoor, {
      target: url.slice(ISSUER.length),
      headers: Object.entries(all),
      ...(method === undefined ? {} : { method }),
      ...(method === 'GET' || body === undefined ? {} : { body }),
    });
  },
};

/** What the row sends, with the token that it names unless another is given. */
function requestOf(row: Partial<Row>, token = makeToken(row)): PostOptions {
  const { send: sent = {} } = row;
  const padding = sent.padding === undefined ? {} : { padding: 'x'.repeat(sent.padding) };
  const form = { ...goodForm, subject_token: token, ...sent.form, ...padding };
  return {
    url: `${ISSUER}/token${sent.query ?? ''}`,
    body: sent.body ?? formBody(form),
    ...(sent.method === undefined ? {} : { method: sent.method }),
    ...(sent.headers === undefined ? {} : { headers: sent.headers }),
  };
}

describe.each(Object.entries(WAYS))('%s', (_way, send) => {
  test('the request that every row changes in one thing succeeds', async () => {
    const broker = createBroker();
    const response = await send(broker, requestOf({}));
    expect(response.status).toBe(200);
    const { access_token, ...rest } = (await response.json()) as Record<string, unknown>;
    expect(rest).toEqual({
      issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      token_type: 'Bearer',
      expires_in: 600,
      scope: 'read list',
    });
    expect(JSON.parse(String(access_token))).toMatchObject({
      typ: 'at+jwt',
      claims: {
        sub: 'myidsystem.demo.api',
        aud: 'myvaultinstance.company.com',
        iss: ISSUER,
        cluster: 'prod',
      },
    });
    expect(broker.left).toEqual(['recorded issued']);
  });

  test.each(rows.map((row) => [`${row.input}: ${row.answer}`, row] as const))('%s', async (_, row) => {
    const broker = createBroker(row.trouble);
    const response = await send(broker, requestOf(row));
    const body = (await response.json()) as Record<string, string>;
    expect({
      answer: `${response.status} ${body.error} ${body.reason}`,
      text: body.error_description,
      leaves: broker.left.join(', '),
    }).toEqual({ answer: row.answer, text: row.text, leaves: row.leaves });
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('pragma')).toBe('no-cache');
    expect(response.headers.has('retry-after')).toBe(response.status === 503);
    expect(response.headers.has('www-authenticate')).toBe(response.status === 401);
    expect(response.headers.get('allow')).toBe(response.status === 405 ? 'POST' : null);
    expect(body).not.toHaveProperty('access_token');
  });

  test.each(rows.map((row) => [row.input, row] as const))(
    '%s: nothing of the token is in answer, log or audit event',
    async (_, row) => {
      const broker = createBroker(row.trouble);
      const token = makeToken(row);
      const answered = await (await send(broker, requestOf(row, token))).text();
      const left = JSON.stringify([broker.events, broker.left, broker.requestLines, broker.faultLines]);
      for (const part of [...token.split('.').filter((one) => one.length > 5), 'hunter2']) {
        expect(answered + left).not.toContain(part);
      }
    },
  );
});

test('L38: the table has a row for every reason but those that no input can bring about', () => {
  const named = new Set(rows.map(({ leaves }) => leaves.split(' ')[1]));
  const missing = [...REQUEST_REASONS, ...TOKEN_REASONS, ...POLICY_REASONS].filter(
    (reason) => !named.has(reason),
  );
  // A proven workload has only names of which a subject can be made.
  expect(missing).toEqual(['subject_invalid']);
});

test('the table uses every token that is made for it, and no member that means nothing', () => {
  const used = new Set(['good', ...rows.map(({ token = 'good' }) => token)]);
  expect(Object.keys(subjectTokens).filter((name) => !used.has(name))).toEqual([]);
  const members = new Set(
    rows.flatMap(({ send: sent = {}, ...row }) => [...Object.keys(row), ...Object.keys(sent)]),
  );
  const known = ['input', 'token', 'trouble', 'answer', 'text', 'leaves'];
  const sendable = ['method', 'query', 'headers', 'body', 'padding', 'form'];
  expect([...members].filter((member) => ![...known, ...sendable].includes(member))).toEqual([]);
});
