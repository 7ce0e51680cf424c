import { JSON_MEDIA_TYPE } from '@symbolon/protocol';
import { type Answered, type Handle, served } from '../answered.ts';

/*
 * What operators and people ask of a running gateway: does it live, can it serve, what does this error mean. Apart
 * from the other endpoints, for none of it belongs to OAuth, and the probes stay at the root whatever the issuer.
 */

/** One thing that the gateway needs to serve. Its words are the broker's own: no message of a driver, no secret. */
export interface ReadinessCheck {
  readonly name: string;
  readonly ok: boolean;
  readonly detail?: string;
}

export interface ReadinessDeps {
  readiness(): readonly ReadinessCheck[];
}

/** The process answers: nothing more is asked of it, since a restart would mend nothing else. */
export const live: Handle = () => status(200, { status: 'live' });

/** Whether requests should be sent here, and if not, what is missing. */
export function createReadyRoute(deps: ReadinessDeps): Handle {
  return () => {
    const failing = deps.readiness().filter((check) => !check.ok);
    if (failing.length === 0) return status(200, { status: 'ready' });
    return status(503, {
      status: 'not ready',
      failing: failing.map(({ name, detail }) => (detail === undefined ? { name } : { name, detail })),
    });
  };
}

function status(code: 200 | 503, body: object): Answered {
  const headers = { 'content-type': JSON_MEDIA_TYPE, 'cache-control': 'no-store' };
  return served(JSON.stringify(body), headers, code);
}
