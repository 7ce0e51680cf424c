import type { Pattern } from '../mapping/glob.ts';
import type { Coordinates } from '../mapping/specificity.ts';
import type { CompiledRule } from './compile-rule.ts';

/**
 * Finds the rules that can concern a workload and target, without touching those that cannot (tuple-space search).
 * It is a filter and nothing more: whoever asks must still match every candidate in full, so that no mistake here
 * could make a rule match. A candidate may come more than once.
 */
export interface RuleIndex {
  candidates(at: Coordinates): readonly CompiledRule[];
}

/**
 * How much of one name a pattern pins: `EXACT` all of it, n > 0 its first n characters, n < 0 its last n, 0 nothing.
 * The four facets of a rule are its shape; rules of one shape share a Map, keyed by what they pin.
 */
type Facet = number;
const EXACT: Facet = 1 << 20;
const NOTHING: Facet = 0;

interface Pin {
  readonly facet: Facet;
  readonly literal: string;
}

/** In the order cluster, namespace, serviceAccount, target. */
type Pins = readonly [Pin, Pin, Pin, Pin];

interface Shape {
  readonly facets: readonly [Facet, Facet, Facet, Facet];
  /** No name holds a slash, so that the key, four literals joined by slashes, is unambiguous. */
  readonly rules: Map<string, CompiledRule[]>;
}

const PIN_NOTHING: Pin = { facet: NOTHING, literal: '' };

/** A rule whose lists multiply to more keys than this is filed by fewer of its names. */
const MAX_KEYS_OF_A_RULE = 64;
/** Each shape costs every look-up one key. Beyond this many, globs are filed as if they pinned nothing: 16 more. */
const MAX_SHAPES = 512;

export function createRuleIndex(rules: Iterable<CompiledRule>): RuleIndex {
  const byName = new Map<string, Shape>();
  for (const rule of rules) {
    for (const pins of combinations(rule)) {
      const isRoom = byName.size < MAX_SHAPES || byName.has(shapeName(pins));
      file(rule, isRoom ? pins : coarse(pins), byName);
    }
  }
  const shapes = [...byName.values()];

  return {
    candidates(at) {
      const found: CompiledRule[] = [];
      for (const { facets, rules: filed } of shapes) {
        const [cluster, namespace, serviceAccount, target] = facets;
        const key = `${pinned(cluster, at.cluster)}/${pinned(namespace, at.namespace)}/${pinned(serviceAccount, at.serviceAccount)}/${pinned(target, at.target)}`;
        const rulesAtKey = filed.get(key);
        if (rulesAtKey !== undefined) for (const rule of rulesAtKey) found.push(rule);
      }
      return found;
    },
  };
}

/** The part of a name that the facet compares. A name that is too short gives less than n, which equals nothing. */
function pinned(facet: Facet, name: string): string {
  if (facet === EXACT) return name;
  if (facet === NOTHING) return '';
  return facet > 0 ? name.slice(0, facet) : name.slice(facet);
}

function file(rule: CompiledRule, pins: Pins, byName: Map<string, Shape>): void {
  const name = shapeName(pins);
  let shape = byName.get(name);
  if (shape === undefined) {
    const [cluster, namespace, serviceAccount, target] = pins;
    shape = {
      facets: [cluster.facet, namespace.facet, serviceAccount.facet, target.facet],
      rules: new Map(),
    };
    byName.set(name, shape);
  }
  const key = pins.map((pin) => pin.literal).join('/');
  const filed = shape.rules.get(key);
  if (filed === undefined) shape.rules.set(key, [rule]);
  else filed.push(rule);
}

function shapeName(pins: Pins): string {
  return pins.map((pin) => pin.facet).join();
}

function coarse([cluster, namespace, serviceAccount, target]: Pins): Pins {
  const coarsePin = (pin: Pin): Pin => (pin.facet === EXACT ? pin : PIN_NOTHING);
  return [coarsePin(cluster), coarsePin(namespace), coarsePin(serviceAccount), coarsePin(target)];
}

/** One combination of pins for each key under which the rule is filed. */
function combinations(rule: CompiledRule): readonly Pins[] {
  const [clusters, namespaces, serviceAccounts, targets] = narrowed([
    pinsOf(rule.clusters),
    pinsOf(rule.namespaces),
    pinsOf(rule.serviceAccounts),
    pinsOf(rule.targets),
  ]);
  return clusters.flatMap((cluster) =>
    namespaces.flatMap((namespace) =>
      serviceAccounts.flatMap((serviceAccount) =>
        targets.map((target): Pins => [cluster, namespace, serviceAccount, target]),
      ),
    ),
  );
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

function pinsOf(patterns: readonly Pattern[]): readonly Pin[] {
  const pins = patterns.map(pinOf);
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
