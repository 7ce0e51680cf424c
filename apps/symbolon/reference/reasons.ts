import { POLICY_REASONS, REQUEST_REASONS, TOKEN_REASONS, UNAVAILABLE_REASONS } from '@symbolon/core';
import { type AnswerReason, answerFor } from '@symbolon/gateway';
import { code, page, table } from './markdown.ts';

const GROUPS: readonly {
  readonly title: string;
  readonly about: string;
  readonly reasons: readonly AnswerReason[];
}[] = [
  { title: 'The request', about: 'It cannot be read; nothing was proved.', reasons: REQUEST_REASONS },
  { title: 'The subject token', about: 'It was not proven.', reasons: TOKEN_REASONS },
  {
    title: 'The policy',
    about: 'The workload is proven, and may not have what it asks for.',
    reasons: POLICY_REASONS,
  },
  {
    title: 'The broker',
    about: "Its own trouble: the caller's token was not judged.",
    reasons: UNAVAILABLE_REASONS,
  },
  { title: 'The path', about: 'There is nothing at it.', reasons: ['not_found'] },
];

/** Every reason, how it is answered, and who mends it; docs/errors.md says how. */
export function reasonsPage(): string {
  return page(
    'Reasons',
    'Every request that ends without a credential has one of these. The first column is what log, audit trail, metrics ' +
      'and `explain` have; the second is what the caller is told, where that is another. ' +
      '[Errors](../errors.md) says what each means and how it is mended.',
    ...GROUPS.flatMap(({ title, about, reasons }) => [`## ${title}`, about, tableOf(reasons)]),
  );
}

function tableOf(reasons: readonly AnswerReason[]): string {
  const rows = reasons.map((reason) => {
    const { publicReason, status, error, description, mendedBy } = answerFor(reason);
    const told = publicReason === reason ? '' : link(publicReason);
    const shown = publicReason === reason ? link(reason) : code(reason);
    return [shown, told, String(status), code(error), description, mendedBy];
  });
  return table(['reason', 'told as', 'status', 'error', 'description', 'mended by'], rows);
}

function link(reason: string): string {
  return `[${code(reason)}](../errors.md#${reason})`;
}
