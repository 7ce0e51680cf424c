import { z } from 'zod';
import { parseJsonBody } from '../cli/json-body.ts';
import type { HttpAnswer } from '../cli/send-http.ts';
import { type Finding, finding, ok } from './finding.ts';

const keySetSchema = z.object({ keys: z.array(z.looseObject({ kid: z.string(), alg: z.string() })) });

/** RFC 7518 §6.2.2, §6.3.2, §6.4: what only the owner of a key may have. */
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];

/** The keys by which relying parties verify: there are some, each told apart, and nothing private among them. */
export function judgeKeySet(answer: HttpAnswer): Finding {
  const parsed = keySetSchema.safeParse(answer.status === 200 ? parseJsonBody(answer) : null);
  if (!parsed.success) {
    const what = `the signing keys are not published (${answer.status})`;
    return finding('problem', 'keys', [
      what,
      'the log of the gateway says why; without them nobody can verify',
    ]);
  }
  const { keys } = parsed.data;
  if (keys.some((key) => PRIVATE_MEMBERS.some((member) => member in key))) {
    const what = 'a private key is published';
    return finding('problem', 'keys', [
      what,
      'stop the broker and whatever stands before it: that key is disclosed',
    ]);
  }
  if (keys.length === 0 || new Set(keys.map(({ kid }) => kid)).size < keys.length) {
    const what = `${keys.length} signing keys are published, and cannot be told apart or are none`;
    return finding('problem', 'keys', [what, 'restart the gateway, which makes the keys that are missing']);
  }
  const algorithms = [...new Set(keys.map(({ alg }) => alg))].toSorted();
  return ok('keys', `${keys.length} signing keys are published (${algorithms.join(', ')})`);
}
