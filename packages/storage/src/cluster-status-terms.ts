/** A replica that has written nothing for so long is taken to have stopped. */
export const STOPPED_MS = 3_600_000;
