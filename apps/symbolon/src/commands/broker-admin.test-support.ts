import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Of a broker whose data folder this is. */
export function adminToken(dataDir: string): string {
  return readFileSync(join(dataDir, 'admin-token'), 'utf8').trim();
}

/** Writes an object as its owner; the status of the answer. */
export async function put(
  broker: { admin: string; dataDir: string },
  path: string,
  body: object,
): Promise<number> {
  const response = await fetch(`${broker.admin}/admin/v1/${path}`, {
    method: 'PUT',
    headers: { Authorization: `Bearer ${adminToken(broker.dataDir)}`, 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  return response.status;
}
