import { z } from 'zod';

/** What every object has beside its spec. */

const LABEL_NAME =
  /^(?:[a-z0-9](?:[-.a-z0-9]{0,251}[a-z0-9])?\/)?[A-Za-z0-9](?:[-_.A-Za-z0-9]{0,61}[A-Za-z0-9])?$/;
const LABEL_VALUE = /^(?:[A-Za-z0-9](?:[-_.A-Za-z0-9]{0,61}[A-Za-z0-9])?)?$/;
const MAX_LABELS = 64;

/** Control and format characters, among them those that turn the direction of text, and halves of surrogate pairs. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

function isPlainText(text: string, allowed: RegExp | null): boolean {
  const judged = allowed === null ? text : text.replace(allowed, '');
  return !UNPRINTABLE.test(judged) && text.normalize('NFC') === text;
}

export function isPlainLine(text: string): boolean {
  return isPlainText(text, null);
}

export function isLabelName(text: string): boolean {
  return LABEL_NAME.test(text);
}

export function isLabelValue(text: string): boolean {
  return LABEL_VALUE.test(text);
}

export const displayName = z
  .string()
  .max(128)
  .refine(isPlainLine, {
    error: 'must be one line of printable text in normalisation form C',
  })
  .default('')
  .meta({ description: 'How people call it: one line of at most 128 characters. Default empty.' });

export const commonFields = {
  labels: z
    .record(
      z.string().regex(LABEL_NAME, {
        error:
          'must be a label name as Kubernetes has them: an optional prefix and "/", then at most 63 characters',
      }),
      z.string().regex(LABEL_VALUE, {
        error:
          'must be a label value as Kubernetes has them: at most 63 of letters, digits, "-", "_" and "."',
      }),
    )
    .refine((labels) => Object.keys(labels).length <= MAX_LABELS, {
      error: `must not have more than ${MAX_LABELS} labels`,
    })
    .default({})
    .meta({
      description: `Names and values for people and tools to sort by, at most ${MAX_LABELS}. Default none.`,
    }),
  description: z
    .string()
    .max(1024)
    .refine((text) => isPlainText(text, /[\n\t]/g), {
      error: 'must be printable text in normalisation form C; line feeds and tabs are allowed',
    })
    .default('')
    .meta({ description: 'What it is for: at most 1024 characters. Default empty.' }),
};
