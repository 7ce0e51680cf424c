/** Where in an object something stands: member names and array indexes from its root; empty for the object itself. */
export type JsonPath = readonly (string | number)[];
