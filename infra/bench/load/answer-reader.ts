/**
 * Reads answers off a connection: the status, where the body ends, and nothing else, for whatever the generator does
 * is taken from what it can offer. Only answers with a `Content-Length` are understood, as all that are measured have.
 */
export interface Answer {
  readonly status: number;
  /** Only good until the call that it was given to returns. */
  readonly body: Buffer;
  /** Whether the server closes the connection after it. */
  readonly closes: boolean;
}

export interface AnswerReader {
  /** What came next. Throws where it is no answer that can be read. */
  push(bytes: Buffer): void;
}

const END_OF_HEAD = '\r\n\r\n';
const NOTHING = Buffer.alloc(0);

export function createAnswerReader(answered: (answer: Answer) => void): AnswerReader {
  let held = NOTHING;

  /** Where the next answer begins, or null where the bytes end before this one does. */
  function readOne(bytes: Buffer): number | null {
    const headEnd = bytes.indexOf(END_OF_HEAD);
    if (headEnd === -1) return null;
    const head = bytes.toString('latin1', 0, headEnd);
    const bodyStart = headEnd + END_OF_HEAD.length;
    const bodyEnd = bodyStart + bodyLengthOf(head);
    if (bytes.length < bodyEnd) return null;
    const body = bytes.subarray(bodyStart, bodyEnd);
    answered({ status: Number(head.slice(9, 12)), body, closes: /\r\nconnection: close/i.test(head) });
    return bodyEnd;
  }

  return {
    push(bytes) {
      let rest = held.length === 0 ? bytes : Buffer.concat([held, bytes]);
      held = NOTHING;
      while (rest.length > 0) {
        const next = readOne(rest);
        if (next === null) {
          // A copy: the bytes are the socket's own, which it writes the next ones into.
          held = Buffer.from(rest);
          return;
        }
        rest = rest.subarray(next);
      }
    },
  };
}

function bodyLengthOf(head: string): number {
  const length = /^HTTP\/1\.1 \d{3} [\s\S]*?\r\ncontent-length: (\d+)/i.exec(head)?.[1];
  if (length === undefined) throw new Error(`no answer with a length: ${head.slice(0, 80)}`);
  return Number(length);
}
