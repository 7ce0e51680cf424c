import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where the admin API of a broker listens, and the folder in which its token lies. */
export interface BrokerAdmin {
  readonly admin: string;
  readonly dataDir: string;
}

/** Of a broker whose data folder this is. */
export function adminToken(dataDir: string): string {
  return readFileSync(join(dataDir, 'admin-token'), 'utf8').trim();
}

/** Writes an object as its owner: 201, or 200 where there was one. Throws with any other answer. */
export async function putObject(broker: BrokerAdmin, path: string, body: object): Promise<number> {
  const answer = await fetch(`${broker.admin}/admin/v1/${path}`, {
    method: 'PUT',
    headers: { Authorization: `Bearer ${adminToken(broker.dataDir)}`, 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return answer.status;
}
