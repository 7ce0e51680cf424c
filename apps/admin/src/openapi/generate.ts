/** `npm run generate`: writes the OpenAPI document beside this file. */
import { writeFile } from 'node:fs/promises';
import { createDocument } from './create-document.ts';

await writeFile(new URL('openapi.json', import.meta.url), `${JSON.stringify(createDocument(), null, 2)}\n`);
