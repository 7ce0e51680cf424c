import { z } from 'zod';
import { parseJsonBody } from '../cli/json-body.ts';
import type { HttpAnswer } from '../cli/send-http.ts';
import { hideTokens } from '../cli/token-text.ts';
import { type ExchangeOutcome, type Unissued, unissued } from './exchange-outcome.ts';
import { readRetryAfterMs } from './retry-after.ts';

const MAX_LIFETIME_SECONDS = 366 * 86_400;

/**
 * RFC 8693 §2.2.1. A credential is visible ASCII: it will stand in headers, files and shell variables. So are the
 * others (RFC 6749 §3.3), which are shown beside it on a terminal.
 */
const issuedSchema = z.object({
  access_token: z.string().regex(/^[\x21-\x7e]{1,65536}$/),
  issued_token_type: z.string().regex(/^[\x21-\x7e]{1,255}$/),
  token_type: z.stringFormat('token_type', /^(bearer|n_a)$/i),
  expires_in: z.int().min(1).max(MAX_LIFETIME_SECONDS),
  scope: z
    .string()
    .regex(/^[\x20-\x7e]{0,65536}$/)
    .optional(),
});

/** RFC 6749 §5.2, and the members that are the broker's own. */
const refusalSchema = z.object({
  error: z.string().max(255),
  error_description: z.string().max(4096).optional(),
  error_uri: z.string().max(2048).optional(),
  reason: z.string().max(255).optional(),
  request_id: z.string().max(255).optional(),
});

/** Judges what the token endpoint answered to a request that was sent at `askedAtMs`. */
export function readTokenAnswer(
  answer: HttpAnswer,
  { askedAtMs, nowMs }: { readonly askedAtMs: number; readonly nowMs: number },
): ExchangeOutcome {
  const body = parseJsonBody(answer);
  if (answer.status === 200) {
    const issued = issuedSchema.safeParse(body);
    if (!issued.success)
      return unissued('refused', 'what the token endpoint answered is not a token response (RFC 8693)');
    const { token_type, scope, ...rest } = issued.data;
    const usage = token_type.toLowerCase() === 'bearer' ? 'Bearer' : 'N_A';
    const credential = { ...rest, token_type: usage, ...(scope !== undefined && { scope }) } as const;
    return { kind: 'issued', credential, askedAtMs };
  }
  const retryAfterMs = readRetryAfterMs(answer.headers['retry-after'], nowMs);
  return { ...readRefusal(answer.status, body), retryAfterMs };
}

function readRefusal(status: number, body: unknown): Unissued {
  const kind = status >= 500 || status === 429 ? 'unavailable' : 'refused';
  const parsed = refusalSchema.safeParse(body);
  if (!parsed.success) return unissued(kind, `the token endpoint answered ${status} without an OAuth error`);
  const { error, error_description, error_uri, reason, request_id } = parsed.data;
  const what = kind === 'refused' ? 'the broker refused' : 'the broker cannot issue now';
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['error', error],
    ['reason', reason],
    ['see', error_uri],
    ['request id', request_id],
  ];
  return unissued(
    kind,
    hideTokens(`${what}: ${error_description ?? error}`),
    ...facts.flatMap(([name, value]) => (value === undefined ? [] : [hideTokens(`${name}: ${value}`)])),
  );
}
