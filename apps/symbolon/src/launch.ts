#!/usr/bin/env node
/*
 * The entry of what is shipped, apart from the program: an older Node cannot even load that, and would show a stack in
 * place of words. So it imports nothing of what the program needs before Node is known to have it.
 */
import { nodeTrouble } from './node-version.ts';

/** Beside this file once both are bundled. */
const PROGRAM: string = './broker.js';

const trouble = nodeTrouble(process.version);
if (trouble === null) await import(PROGRAM);
else {
  process.stderr.write(`${trouble}\n`);
  process.exitCode = 1;
}
