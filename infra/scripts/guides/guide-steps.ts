/** A shell block of a guide, and what the guide shows of its output. */
export interface GuideStep {
  readonly guide: string;
  /** Of its first command, in the guide. */
  readonly line: number;
  readonly code: string;
  /** From the info string: `sh exit=1`. */
  readonly exitCode: number;
  /** The block that follows at once, in a language of output. Null where the guide shows none. */
  readonly shown: ShownOutput | null;
}

export interface ShownOutput {
  readonly language: 'text' | 'json' | 'yaml';
  readonly text: string;
}

const FENCE = /^```(\w*)(?: ([^\n]*))?\n([\s\S]*?)^```$/gm;
/** In their info strings: a clone of the repository, or Docker, which not every machine has. */
const NOT_RUN = ['clone', 'docker'];
const SHELLS = ['sh', 'bash', 'shell', 'zsh', 'console'];

/** Every shell block of a guide, in order, but for those that say what they would need. */
export function guideSteps(guide: string, text: string): readonly GuideStep[] {
  const blocks = [...text.matchAll(FENCE)];
  return blocks.flatMap((block, index) => {
    const [fence, language = '', info = '', code = ''] = block;
    if (!SHELLS.includes(language) || NOT_RUN.includes(info)) return [];
    const exit = /^(?:exit=(\d+))?$/.exec(info);
    if (exit === null) throw new Error(`${guide}: "${info}" says nothing of a shell block`);
    const next = blocks[index + 1];
    const between = next && text.slice(block.index + fence.length, next.index);
    return [
      {
        guide,
        line: text.slice(0, block.index).split('\n').length + 1,
        code,
        exitCode: Number(exit[1] ?? 0),
        shown: between?.trim() === '' ? shownOutput(next) : null,
      },
    ];
  });
}

function shownOutput(block: RegExpExecArray | undefined): ShownOutput | null {
  const [, language = '', , text = ''] = block ?? [];
  return language === 'text' || language === 'json' || language === 'yaml' ? { language, text } : null;
}
