/** More changed objects than this are not worth naming: reading everything is cheaper then, and needs no list. */
export const MAX_CHANGED_OBJECTS = 10_000;
