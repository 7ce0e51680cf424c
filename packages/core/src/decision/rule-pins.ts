import { listOfPatterns, type Pattern, type Patterns } from '../mapping/glob.ts';
import type { CompiledRule } from './compile-rule.ts';

/**
 * How much of one name a pattern pins: `EXACT` all of it, n > 0 its first n characters, n < 0 its last n, 0 nothing.
 * The four facets of a rule are its shape.
 */
export type Facet = number;
export const EXACT: Facet = 1 << 20;
export const NOTHING: Facet = 0;

interface Pin {
  readonly facet: Facet;
  readonly literal: string;
}

/** In the order cluster, namespace, serviceAccount, target. */
export type Pins = readonly [Pin, Pin, Pin, Pin];

const PIN_NOTHING: Pin = { facet: NOTHING, literal: '' };

/** A rule whose lists multiply to more keys than this is filed by fewer of its names. */
const MAX_KEYS_OF_A_RULE = 64;

/** With globs that pin nothing: there are 16 shapes of these. */
export function coarse([cluster, namespace, serviceAccount, target]: Pins): Pins {
  const coarsePin = (pin: Pin): Pin => (pin.facet === EXACT ? pin : PIN_NOTHING);
  return [coarsePin(cluster), coarsePin(namespace), coarsePin(serviceAccount), coarsePin(target)];
}

/** One combination of pins for each key under which the rule is filed. */
export function combinations(rule: CompiledRule): readonly Pins[] {
  const [clusters, namespaces, serviceAccounts, targets] = narrowed([
    pinsOf(rule.clusters),
    pinsOf(rule.namespaces),
    pinsOf(rule.serviceAccounts),
    pinsOf(rule.targets),
  ]);
  const found: Pins[] = [];
  for (const cluster of clusters) {
    for (const namespace of namespaces) {
      for (const serviceAccount of serviceAccounts) {
        for (const target of targets) found.push([cluster, namespace, serviceAccount, target]);
      }
    }
  }
  return found;
}

type PinLists = readonly [readonly Pin[], readonly Pin[], readonly Pin[], readonly Pin[]];

/** Gives up the longest list, again and again, until few enough combinations are left. */
function narrowed(lists: PinLists): PinLists {
  const [a, b, c, d] = lists;
  if (a.length * b.length * c.length * d.length <= MAX_KEYS_OF_A_RULE) return lists;
  const longest = Math.max(a.length, b.length, c.length, d.length);
  const given = lists.findIndex((list) => list.length === longest);
  const narrow = (list: readonly Pin[], at: number) => (at === given ? [PIN_NOTHING] : list);
  return narrowed([narrow(a, 0), narrow(b, 1), narrow(c, 2), narrow(d, 3)]);
}

function pinsOf(patterns: Patterns): readonly Pin[] {
  const pins = listOfPatterns(patterns).map(pinOf);
  return pins.some((pin) => pin.facet === NOTHING) ? [PIN_NOTHING] : pins;
}

/** A glob pins the longer of its two ends. */
function pinOf(pattern: Pattern): Pin {
  if (typeof pattern === 'string') return { facet: EXACT, literal: pattern };
  const { prefix, suffix } = pattern;
  return prefix.length >= suffix.length
    ? { facet: prefix.length, literal: prefix }
    : { facet: -suffix.length, literal: suffix };
}
