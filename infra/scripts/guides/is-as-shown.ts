import { parseAllDocuments } from 'yaml';
import type { ShownOutput } from './guide-steps.ts';

/**
 * Whether an output is what a guide shows. `…` stands for anything within a line or a value, and for any lines or
 * members where it stands alone. JSON and YAML are compared by what they say, not by how they are laid out.
 */
export function isAsShown(output: string, { language, text }: ShownOutput): boolean {
  if (language === 'text') return linesAs(text).test(`${trimmed(output)}\n`);
  try {
    return language === 'json'
      ? isAlike(JSON.parse(output), JSON.parse(text))
      : isAlike(yamlDocuments(output), yamlDocuments(text));
  } catch {
    return false;
  }
}

function linesAs(text: string): RegExp {
  const lines = trimmed(text)
    .split('\n')
    .map((line) => (line.trim() === '…' ? String.raw`(?:.*\n)*?` : `${anythingFor(line)}\\n`));
  return new RegExp(`^${lines.join('')}$`);
}

function anythingFor(text: string): string {
  return text.split('…').map(RegExp.escape).join('.*');
}

function trimmed(text: string): string {
  return text.replaceAll(/[ \t]+$/gm, '').trimEnd();
}

function yamlDocuments(text: string): readonly unknown[] {
  return [...parseAllDocuments(text)].map((document): unknown => {
    if (document.errors.length > 0) throw new Error('no YAML');
    return document.toJS();
  });
}

function isAlike(actual: unknown, shown: unknown): boolean {
  if (typeof shown === 'string' && shown.includes('…')) {
    return new RegExp(`^${anythingFor(shown)}$`, 's').test(String(actual));
  }
  if (typeof shown !== 'object' || shown === null || typeof actual !== 'object' || actual === null) {
    return actual === shown;
  }
  if (Array.isArray(shown) !== Array.isArray(actual)) return false;
  const members = Object.entries(shown).filter(
    ([key, value]) => key !== '…' && !(Array.isArray(shown) && value === '…'),
  );
  const isWhole = members.length === Object.keys(shown).length;
  return (
    (!isWhole || Object.keys(actual).length === members.length) &&
    members.every(([key, value]) => Object.hasOwn(actual, key) && isAlike(Reflect.get(actual, key), value))
  );
}
