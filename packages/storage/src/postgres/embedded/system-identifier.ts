import { randomBytes } from 'node:crypto';
import { closeSync, openSync, readdirSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/*
 * PostgreSQL gives each installation a number by which it tells files of its own from those of another. It stands in
 * two places: in the control file, under a CRC, and in the first page of each segment of the log. The offsets are those
 * of PostgreSQL 18 (src/include/catalog/pg_control.h, src/include/access/xlog_internal.h), where it is little-endian.
 */
const CONTROL_FILE = join('global', 'pg_control');
const CONTROL_VERSION = 1800;
const IN_CONTROL = { identifier: 0, version: 8, crc: 292 };
const IN_SEGMENT = { identifier: 24 };
const SEGMENT_NAME = /^[0-9A-F]{24}$/;

/**
 * Makes a copy of PostgreSQL's folder, whose database was shut down, an installation of its own. Throws where the folder
 * is not of the version that is known here.
 */
export function giveOwnSystemIdentifier(dataDir: string): void {
  const controlFile = join(dataDir, CONTROL_FILE);
  const control = readFileSync(controlFile);
  if (control.readUInt32LE(IN_CONTROL.version) !== CONTROL_VERSION) {
    throw new Error(`the database folder is not of control version ${CONTROL_VERSION}`);
  }
  const identifier = newSystemIdentifier();
  identifier.copy(control, IN_CONTROL.identifier);
  control.writeUInt32LE(crc32c(control.subarray(0, IN_CONTROL.crc)), IN_CONTROL.crc);
  writeFileSync(controlFile, control);

  const log = join(dataDir, 'pg_wal');
  for (const name of readdirSync(log).filter((file) => SEGMENT_NAME.test(file))) {
    const segment = openSync(join(log, name), 'r+');
    writeSync(segment, identifier, 0, identifier.length, IN_SEGMENT.identifier);
    closeSync(segment);
  }
}

/** As PostgreSQL makes it: the second in the upper half, and below it what tells apart those of one second. */
function newSystemIdentifier(): Buffer {
  const identifier = randomBytes(8);
  identifier.writeUInt32LE(Math.floor(Date.now() / 1000), 4);
  return identifier;
}

/** CRC-32C (RFC 3720, B.4); that of `node:zlib` is of another polynomial. */
function crc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc & 1) === 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  }
  return ~crc >>> 0;
}
