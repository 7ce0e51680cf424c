import type { Narrator } from './narrator.ts';

export interface HttpStep {
  readonly method: 'GET' | 'PUT' | 'POST';
  readonly url: string;
  /** A header's value may be read from a file by the shell and by us alike: secrets are on no command line. */
  readonly bearer?: { readonly file: string; readonly token: string };
  readonly json?: { readonly file: string; readonly text: string };
  /** `fromFile` names the file that holds the value. */
  readonly form?: readonly { readonly name: string; readonly value: string; readonly fromFile?: string }[];
}

export interface HttpAnswer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

/** Shows a request as the curl line that repeats it, and makes it. */
export async function takeStep(step: HttpStep, narrator: Narrator): Promise<HttpAnswer> {
  narrator.command(curlLine(step));
  const headers: Record<string, string> = {};
  if (step.bearer) headers.Authorization = `Bearer ${step.bearer.token}`;
  if (step.json) headers['Content-Type'] = 'application/json';
  const form = step.form && new URLSearchParams(step.form.map(({ name, value }) => [name, value]));
  const response = await fetch(step.url, {
    method: step.method,
    headers,
    ...(step.json && { body: step.json.text }),
    ...(form && { body: form }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

function curlLine(step: HttpStep): string {
  const words = ['curl', '-sS'];
  if (step.method === 'PUT') words.push('-X', 'PUT');
  words.push(quoted(step.url));
  if (step.bearer) words.push('-H', `"Authorization: Bearer $(cat ${quoted(step.bearer.file)})"`);
  if (step.json)
    words.push('-H', quoted('Content-Type: application/json'), '--data', quoted(`@${step.json.file}`));
  for (const { name, value, fromFile } of step.form ?? []) {
    words.push(
      '--data-urlencode',
      quoted(fromFile === undefined ? `${name}=${value}` : `${name}@${fromFile}`),
    );
  }
  return words.join(' ');
}

/** For a POSIX shell: bare where nothing needs quoting. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
