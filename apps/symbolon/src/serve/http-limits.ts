/** What one connection may take of a server, whoever it comes from. Times are milliseconds. */
export interface HttpLimits {
  /** Of the request line and all headers together. */
  readonly maxHeaderBytes: number;
  readonly maxHeaders: number;
  /** From the first byte of a request, or of its connection, to the end of its headers. */
  readonly headersTimeoutMs: number;
  /** From the first byte of a request to the last of its body. */
  readonly requestTimeoutMs: number;
  /** Between two requests. Longer than the 60 s after which common load balancers close an idle connection. */
  readonly keepAliveTimeoutMs: number;
  /** During a request or its answer, without a byte in either direction: a client that does not read is not waited for. */
  readonly idleSocketTimeoutMs: number;
  /** After as many the connection ends, so that long-lived clients spread over the servers there are. */
  readonly maxRequestsPerSocket: number;
  /** How often the first two times are looked at; they may be exceeded by as much. */
  readonly checkingIntervalMs: number;
}

export const HTTP_LIMITS: HttpLimits = {
  maxHeaderBytes: 16_384,
  maxHeaders: 100,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 30_000,
  keepAliveTimeoutMs: 75_000,
  idleSocketTimeoutMs: 60_000,
  maxRequestsPerSocket: 10_000,
  checkingIntervalMs: 5_000,
};
