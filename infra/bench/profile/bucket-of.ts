/** Where time goes, by the file that a function is of. The first that fits counts. */
const BUCKETS: readonly (readonly [bucket: string, files: RegExp])[] = [
  ['idle', /^\(idle\)$/],
  ['garbage collector', /^\(garbage collector\)$/],
  ['crypto', /^node:internal\/crypto/],
  ['fetch objects and web streams', /^node:internal\/(deps\/undici|webstreams|url|abort)/],
  [
    'http and sockets',
    /^(node:(_http|net|internal\/(http|stream|js_stream))|writev|writeString|writeBuffer|writeUtf8String|writeLatin1String)/,
  ],
  ['log', /\/pino|sonic-boom|serve\/request-log|symbolon\/src\/log/],
  ['metrics', /prom-client|serve\/metrics|serve\/observe|serve\/watch-/],
  ['hono', /\/@?hono/],
  ['gateway', /apps\/gateway\//],
  ['http and sockets', /serve\/(http-|connection|draining)/],
  ['proof', /packages\/kubernetes\/|core\/src\/workload\//],
  ['decide', /core\/src\/(decision|mapping|revocation)\//],
  ['exchange and mint', /core\/src\/(exchange|credential)\//],
  ['sign', /packages\/issuer\//],
  [
    'audit and storage',
    /core\/src\/audit\/|packages\/storage\/|drizzle-orm|\/pg[@-]|postgres|pglite|postMessage/,
  ],
  ['core, other', /packages\/core\//],
  ['Node, other', /^node:/],
  ['symbolon, other', /apps\/symbolon\//],
  ['native code, other', /^\(|^[^/]*$/],
];

/** `file` is a source file, or the name of a function that is of none. */
export function bucketOf(file: string): string {
  return BUCKETS.find(([, files]) => files.test(file))?.[0] ?? 'other packages';
}
