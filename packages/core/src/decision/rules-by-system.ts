import type { ObjectKey } from '../configuration/stored-object.ts';
import type { MappingRuleSpec } from '../mapping/objects.ts';
import { hashOfText } from '../persistent/hash.ts';
import {
  createPersistentMap,
  type PersistentMap,
  type PersistentMapEdit,
} from '../persistent/persistent-map.ts';
import { type CompiledRule, createRuleCompiler } from './compile-rule.ts';
import type { Fault } from './policy-fault.ts';
import {
  createRuleIndex,
  type PersistentRuleIndex,
  type RuleIndex,
  type RuleIndexEdit,
} from './rule-index.ts';

/** All rules, each compiled once. They are kept whether their system is there or not: it may come back. */
export interface RulesBySystem {
  /** How many are stored, those that never decide included. */
  readonly count: number;
  /** By the name of the system. Null: rules that name none. */
  readonly systems: ReadonlyMap<string | null, RulesOfSystem>;
  edit(): RulesEdit;
}

interface RulesOfSystem {
  /** Null for a rule that never decides. */
  readonly byName: PersistentMap<string, CompiledRule | null>;
  readonly faults: PersistentMap<string, Fault>;
  readonly index: PersistentRuleIndex;
}

/** Changes to rules, one after another; each costs the same however many rules there are. */
interface RulesEdit {
  write(key: ObjectKey<'MappingRule'>, spec: MappingRuleSpec): void;
  delete(key: ObjectKey<'MappingRule'>): void;
  /** The rules with all changes so far, which is the last thing that the edit is good for. */
  done(): RulesBySystem;
}

interface RulesOfSystemEdit {
  readonly byName: PersistentMapEdit<string, CompiledRule | null>;
  readonly faults: PersistentMapEdit<string, Fault>;
  readonly index: RuleIndexEdit;
}

export const NO_RULES: RuleIndex = { candidates: () => [] };

/** No rules at all. */
export function createRulesBySystem(): RulesBySystem {
  return rulesOf(new Map());
}

function rulesOf(systems: ReadonlyMap<string | null, RulesOfSystem>): RulesBySystem {
  let count = 0;
  for (const { byName } of systems.values()) count += byName.size;
  return { count, systems, edit: () => createEdit(systems) };
}

function createEdit(original: RulesBySystem['systems']): RulesEdit {
  const compileRule = createRuleCompiler();
  const opened = new Map<string | null, RulesOfSystemEdit>();

  function open(system: string | null): RulesOfSystemEdit {
    const known = opened.get(system);
    if (known !== undefined) return known;
    const { byName, faults, index } = original.get(system) ?? emptySystem();
    const edit = { byName: byName.edit(), faults: faults.edit(), index: index.edit() };
    opened.set(system, edit);
    return edit;
  }

  function remove({ byName, faults, index }: RulesOfSystemEdit, name: string): void {
    const before = byName.get(name) ?? null;
    if (before !== null) index.remove(before);
    byName.delete(name);
    faults.delete(name);
  }

  return {
    write({ identitySystem, name }, spec) {
      const system = open(identitySystem);
      remove(system, name);
      const { rule, fault } = compileRule(name, spec);
      system.byName.set(name, rule);
      if (rule !== null) system.index.add(rule);
      if (fault !== null) system.faults.set(name, fault);
    },
    delete({ identitySystem, name }) {
      remove(open(identitySystem), name);
    },
    done() {
      const systems = new Map(original);
      for (const [system, edit] of opened) {
        const byName = edit.byName.done();
        if (byName.size === 0) systems.delete(system);
        else systems.set(system, { byName, faults: edit.faults.done(), index: edit.index.done() });
      }
      return rulesOf(systems);
    },
  };
}

function emptySystem(): RulesOfSystem {
  return {
    byName: createPersistentMap(hashOfText),
    faults: createPersistentMap(hashOfText),
    index: createRuleIndex([]),
  };
}
