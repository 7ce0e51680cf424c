import type { Coordinates } from '../mapping/specificity.ts';
import { hashOfPair, hashOfText } from '../persistent/hash.ts';
import {
  createPersistentMultimap,
  type PersistentMultimap,
  type PersistentMultimapEdit,
} from '../persistent/persistent-multimap.ts';
import type { CompiledRule } from './compile-rule.ts';
import { coarse, combinations, EXACT, type Facet, NOTHING, type Pins } from './rule-pins.ts';

/**
 * Finds the rules that can concern a workload and target, without touching those that cannot (tuple-space search).
 * It is a filter and nothing more: whoever asks must still match every candidate in full, so that no mistake here
 * could make a rule match. A candidate may come more than once.
 */
export interface RuleIndex {
  candidates(at: Coordinates): readonly CompiledRule[];
}

/** To change one makes another, and leaves it as it is. */
export interface PersistentRuleIndex extends RuleIndex {
  edit(): RuleIndexEdit;
}

/** Changes to an index, one after another. */
export interface RuleIndexEdit {
  add(rule: CompiledRule): void;
  remove(rule: CompiledRule): void;
  /** The index with all changes so far, which is the last thing that the edit is good for. */
  done(): PersistentRuleIndex;
}

/** Rules of one shape, by the hash of the names that they pin: one that is found by chance is a candidate more. */
type RulesOfShape = PersistentMultimap<number, CompiledRule>;

type Facets = readonly [Facet, Facet, Facet, Facet];
type NameHashes = { readonly [name in keyof Coordinates]: number };

interface Shape<Rules> {
  readonly facets: Facets;
  readonly rules: Rules;
}

/** Each shape costs every look-up one key. Beyond this many, globs are filed as if they pinned nothing: 16 more. */
const MAX_SHAPES = 512;

export function createRuleIndex(rules: Iterable<CompiledRule>): PersistentRuleIndex {
  const edit = createEdit(new Map());
  for (const rule of rules) edit.add(rule);
  return edit.done();
}

function indexOf(byName: ReadonlyMap<string, Shape<RulesOfShape>>): PersistentRuleIndex {
  const shapes = [...byName.values()];
  return {
    candidates(at) {
      const hashes = hashesOf(at);
      const found: CompiledRule[] = [];
      for (const { facets, rules } of shapes) {
        for (const rule of rules.get(keyOf(facets, at, hashes))) found.push(rule);
      }
      return found;
    },
    edit: () => createEdit(byName),
  };
}

/** The key in a shape; `hashes` are those of the whole names. */
function keyOf(facets: Facets, at: Coordinates, hashes: NameHashes): number {
  const cluster = hashOfPinned(facets[0], at.cluster, hashes.cluster);
  const namespace = hashOfPinned(facets[1], at.namespace, hashes.namespace);
  const serviceAccount = hashOfPinned(facets[2], at.serviceAccount, hashes.serviceAccount);
  const target = hashOfPinned(facets[3], at.target, hashes.target);
  return hashOfPair(hashOfPair(hashOfPair(cluster, namespace), serviceAccount), target);
}

function keyOfPins(pins: Pins): number {
  const [cluster, namespace, serviceAccount, target] = pins;
  const at = {
    cluster: cluster.literal,
    namespace: namespace.literal,
    serviceAccount: serviceAccount.literal,
    target: target.literal,
  };
  return keyOf(facetsOf(pins), at, hashesOf(at));
}

function hashesOf(at: Coordinates): NameHashes {
  return {
    cluster: hashOfText(at.cluster),
    namespace: hashOfText(at.namespace),
    serviceAccount: hashOfText(at.serviceAccount),
    target: hashOfText(at.target),
  };
}

/** Of the part of a name that the facet compares; `whole` is that of the name. */
function hashOfPinned(facet: Facet, name: string, whole: number): number {
  if (facet === EXACT) return whole;
  if (facet === NOTHING) return 0;
  return facet > 0
    ? hashOfText(name, 0, Math.min(facet, name.length))
    : hashOfText(name, Math.max(0, name.length + facet));
}

function facetsOf([cluster, namespace, serviceAccount, target]: Pins): Facets {
  return [cluster.facet, namespace.facet, serviceAccount.facet, target.facet];
}

function createEdit(original: ReadonlyMap<string, Shape<RulesOfShape>>): RuleIndexEdit {
  const byName = new Map<string, Shape<PersistentMultimapEdit<number, CompiledRule>>>();
  for (const [name, { facets, rules }] of original) byName.set(name, { facets, rules: rules.edit() });

  function file(rule: CompiledRule, pins: Pins): void {
    const name = shapeName(pins);
    let shape = byName.get(name);
    if (shape === undefined) {
      shape = {
        facets: facetsOf(pins),
        rules: createPersistentMultimap<number, CompiledRule>(itself).edit(),
      };
      byName.set(name, shape);
    }
    shape.rules.add(keyOfPins(pins), rule);
  }

  return {
    add(rule) {
      for (const pins of combinations(rule)) {
        const isRoom = byName.size < MAX_SHAPES || byName.has(shapeName(pins));
        file(rule, isRoom ? pins : coarse(pins));
      }
    },
    remove(rule) {
      for (const pins of combinations(rule)) {
        // Whether there was room for its shape when it was filed, nobody knows any more.
        for (const filed of [pins, coarse(pins)]) {
          byName.get(shapeName(filed))?.rules.remove(keyOfPins(filed), rule);
        }
      }
    },
    done() {
      const shapes = new Map<string, Shape<RulesOfShape>>();
      for (const [name, { facets, rules }] of byName) {
        const filed = rules.done();
        if (filed.size > 0) shapes.set(name, { facets, rules: filed });
      }
      return indexOf(shapes);
    },
  };
}

/** Not within an edit: a map keeps its hash function, and with it all that is in the function's scope. */
function itself(hash: number): number {
  return hash;
}

function shapeName(pins: Pins): string {
  return facetsOf(pins).join();
}
