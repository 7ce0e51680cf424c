/** Tells what happens in plain words, with the line that a person can type to see the same. */
export interface Narrator {
  say(text: string): void;
  step(title: string): void;
  command(line: string): void;
  answer(text: string): void;
}

export function createNarrator(): Narrator {
  const isColoured = process.stdout.isTTY && !process.env.NO_COLOR;
  const paint = (code: number, text: string) => (isColoured ? `\u001b[${code}m${text}\u001b[0m` : text);
  const print = (text: string) => process.stdout.write(`${text}\n`);
  let steps = 0;
  return {
    say: (text) => print(`\n${text}`),
    step(title) {
      steps += 1;
      print(`\n${paint(1, `${steps}. ${title}`)}`);
    },
    command: (line) => print(`   ${paint(36, `$ ${line}`)}`),
    answer: (text) => print(`   ${paint(2, `→ ${text}`)}`),
  };
}
