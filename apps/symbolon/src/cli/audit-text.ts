import type { AuditEventView } from '@symbolon/protocol';
import { renderTable } from './table.ts';

/** Audit events for people, one a line. */
export function auditTable(events: readonly AuditEventView[]): string {
  return renderTable(
    ['time', 'what', 'who', 'about'],
    events.map((event) => [event.at.replace(/\.\d+Z$/, 'Z'), whatOf(event), whoOf(event), aboutOf(event)]),
  );
}

function whatOf(event: AuditEventView): string {
  switch (event.kind) {
    case 'exchange':
      return event.reason ?? event.outcome;
    case 'change':
      return event.operation;
    case 'explain':
      return `explain ${event.reason ?? event.decision}`;
    case 'refusals':
      return `${event.reason} ×${event.count}`;
    case 'access':
      return event.operation;
  }
}

function whoOf(event: AuditEventView): string {
  switch (event.kind) {
    case 'exchange': {
      const { cluster, namespace, serviceAccount } = event.workload;
      return `${cluster}/${namespace}/${serviceAccount}`;
    }
    case 'change':
    case 'explain':
    case 'access':
      return event.principal;
    case 'refusals':
      return event.cluster ?? '';
  }
}

function aboutOf(event: AuditEventView): string {
  switch (event.kind) {
    case 'exchange':
      return (
        event.credential?.subject ??
        [event.identitySystem, event.target].filter((part) => part !== null).join('/')
      );
    case 'change': {
      const { kind, identitySystem, name } = event.object;
      return `${kind} ${identitySystem === null ? '' : `${identitySystem}/`}${name}`;
    }
    case 'explain': {
      const { workload } = event;
      return workload === null ? '' : `${workload.cluster}/${workload.namespace}/${workload.serviceAccount}`;
    }
    case 'refusals':
      return '';
    case 'access':
      return `break-glass until ${event.expiresAt.replace(/\.\d+Z$/, 'Z')}`;
  }
}
