import type { Era } from './judge-live.ts';
import type { State, Switch, World } from './live-world.ts';

/** Who changes the configuration through the admin API of one process or another, and remembers when it was what. */
export interface LiveOperator {
  /** Resolves once the change is acknowledged, by any admin API or the one given; throws where it was not. */
  turn(path: string, word: string, by?: { readonly admin: string }): Promise<Change>;
  /** The configuration became another by other means, within the time that this takes. */
  become(state: State, act: () => Promise<void>): Promise<void>;
  state(): State;
  eras(): readonly Era[];
}

export interface Change {
  /** Null where the object is gone, and nothing tells. */
  readonly epoch: number | null;
  /** Unix milliseconds. */
  readonly acknowledgedAtMs: number;
}

/** Writes the world whole. */
export async function createLiveOperator(options: {
  readonly world: World;
  /** Base URLs of admin APIs as they are now; each change goes to one of them, at random. */
  admins(): readonly string[];
  readonly adminToken: string;
}): Promise<LiveOperator> {
  const { world, adminToken } = options;
  const switches = new Map(world.switches.map((one) => [one.path, one]));

  const anyAdmin = () => {
    const admins = options.admins();
    return admins[Math.floor(Math.random() * admins.length)] ?? '';
  };

  async function send({ path, body, isThere, admin }: Sending): Promise<Change> {
    const response = await fetch(`${admin}/admin/v1/${path}`, {
      method: body === null ? 'DELETE' : 'PUT',
      headers: {
        Authorization: `Bearer ${adminToken}`,
        ...(body !== null && { 'Content-Type': 'application/json' }),
        ...(isThere && { 'If-Match': '*' }),
      },
      ...(body !== null && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`);
    return { epoch: epochIn(text), acknowledgedAtMs: Date.now() };
  }

  for (const [path, body] of Object.entries(world.ground))
    await send({ path, body, isThere: false, admin: anyAdmin() });
  for (const { path, bodies, whole } of world.switches) {
    const body = bodies[whole] ?? null;
    if (body !== null) await send({ path, body, isThere: false, admin: anyAdmin() });
  }
  const eras: Era[] = [{ state: world.whole, sentMs: 0, acknowledgedMs: performance.now() }];
  const state = () => eras.at(-1)?.state ?? world.whole;

  async function enter<T>(next: State, act: () => Promise<T>): Promise<T> {
    const sentMs = performance.now();
    const result = await act();
    eras.push({ state: next, sentMs, acknowledgedMs: performance.now() });
    return result;
  }

  return {
    async turn(path, word, { admin } = { admin: anyAdmin() }) {
      const one = switches.get(path);
      if (one === undefined) throw new Error(`there is no ${path}`);
      const isThere = bodyOf(one, state()[path]) !== null;
      const sending = { path, body: bodyOf(one, word), isThere, admin };
      return enter({ ...state(), [path]: word }, () => send(sending));
    },
    become: enter,
    state,
    eras: () => eras,
  };
}

interface Sending {
  readonly path: string;
  /** Null: it is deleted. */
  readonly body: object | null;
  /** Whether there is an object to replace or delete. */
  readonly isThere: boolean;
  readonly admin: string;
}

function bodyOf({ path, bodies }: Switch, word = ''): object | null {
  const body = bodies[word];
  if (body === undefined) throw new Error(`${path} cannot be ${word}`);
  return body;
}

function epochIn(text: string): number | null {
  if (text === '') return null;
  const { metadata } = JSON.parse(text) as { readonly metadata?: { readonly epoch?: number } };
  return metadata?.epoch ?? null;
}
