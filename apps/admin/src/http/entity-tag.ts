import type { StoredObject } from '@symbolon/core';

/** One entity tag of a header (RFC 9110 §8.8.3), without its quotes. */
export interface EntityTag {
  readonly opaque: string;
  readonly isWeak: boolean;
}

/** `any` is `*`. */
export type EntityTags = 'any' | readonly EntityTag[];

/** Strong: the epoch of the object's last change and that epoch's random id, so that a re-created object has another. */
export function entityTagOf({ metadata }: StoredObject): string {
  return `"${opaqueTagOf(metadata.epoch)}"`;
}

export function opaqueTagOf(epoch: { readonly number: number; readonly id: string }): string {
  return `${epoch.number}-${epoch.id}`;
}

/** The value of `If-Match` or `If-None-Match` (RFC 9110 §13.1); null where it is none. */
export function parseEntityTags(header: string): EntityTags | null {
  if (header.trim() === '*') return 'any';
  const tags: EntityTag[] = [];
  const tag = /\s*(W\/)?"([\x21\x23-\x7e]*)"\s*(?:,|$)/y;
  while (tag.lastIndex < header.length) {
    const match = tag.exec(header);
    if (match === null) return null;
    tags.push({ opaque: match[2] ?? '', isWeak: match[1] !== undefined });
  }
  return tags.length === 0 || header.trimEnd().endsWith(',') ? null : tags;
}
