import { connect, type Socket } from 'node:net';
import { type Answer, createAnswerReader } from './answer-reader.ts';

export interface ServerAddress {
  readonly host: string;
  readonly port: number;
}

export interface ConnectionEvents {
  /** What was asked is answered; the next request may be sent from within. */
  answered(answer: Answer): void;
  /** The connection broke with a request in flight, or what came back is no answer. */
  broken(cause: Error): void;
}

/** One keep-alive connection with at most one request in flight. It reconnects where the server says that it closes. */
export interface Connection {
  send(request: Buffer): void;
  close(): void;
}

/** Larger than any answer, so that an answer is nearly always one read. */
const READ_BYTES = 16_384;

export function openConnection(address: ServerAddress, events: ConnectionEvents): Connection {
  let isWaiting = false;
  let isClosed = false;
  let isGone = false;
  let socket = open();

  function open(): Socket {
    isGone = false;
    const reader = createAnswerReader((answer) => {
      isWaiting = false;
      if (answer.closes) socket = open();
      events.answered(answer);
    });
    const buffer = Buffer.allocUnsafe(READ_BYTES);
    const opened: Socket = connect({
      ...address,
      noDelay: true,
      // Node reads into the one buffer and makes no new one for every answer.
      onread: {
        buffer,
        callback(length) {
          try {
            reader.push(buffer.subarray(0, length));
          } catch (error) {
            broken(opened, error instanceof Error ? error : new Error(String(error)));
          }
          return true;
        },
      },
    });
    opened.on('error', (error) => broken(opened, error));
    opened.on('close', () => broken(opened, new Error('the server closed the connection without an answer')));
    return opened;
  }

  function broken(which: Socket, cause: Error): void {
    if (which !== socket) return;
    which.destroy();
    if (isClosed) return;
    if (isWaiting) {
      isClosed = true;
      events.broken(cause);
    } else isGone = true;
  }

  return {
    send(request) {
      isWaiting = true;
      if (isGone) socket = open();
      socket.write(request);
    },
    close() {
      isClosed = true;
      socket.destroy();
    },
  };
}
