export interface Draining {
  start(): void;
  isDraining(): boolean;
}

/** Whether the broker is on its way out; there is no way back. */
export function createDraining(): Draining {
  let isDraining = false;
  return {
    start() {
      isDraining = true;
    },
    isDraining: () => isDraining,
  };
}
