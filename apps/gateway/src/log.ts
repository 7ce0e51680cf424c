/** What the gateway logs, in fixed fields. No field ever holds a token, a header, a raw path or a query. */
export interface GatewayLog {
  /** One line for every request, once it is answered. */
  logRequest(line: RequestLine): void;
  /** One line more where the broker's own trouble was the answer. */
  logFault(line: FaultLine): void;
}

export interface RequestLine {
  readonly requestId: string;
  /** The trace that the caller named (W3C Trace Context): 32 hex digits, or null. */
  readonly traceId: string | null;
  /** The address of who made it; null where it is not known. */
  readonly client: string | null;
  readonly method: string;
  /** The pattern of the route, `*` where none matched. */
  readonly route: string;
  readonly status: number;
  /** The internal reason of a refusal; null for a request that was served. */
  readonly reason: string | null;
  readonly durationMs: number;
  /** Of a proven subject token alone; null otherwise. */
  readonly cluster: string | null;
  readonly namespace: string | null;
  readonly serviceAccount: string | null;
}

export interface FaultLine {
  readonly requestId: string;
  readonly traceId: string | null;
  readonly reason: string;
  /** Class and code of what was thrown, and nothing else of it: the messages of drivers quote their parameters. */
  readonly errorClass: string;
  readonly errorCode: string | null;
  /** The operator's message of an `UnavailableError`, which is the broker's own wording; null for anything else. */
  readonly message: string | null;
}
