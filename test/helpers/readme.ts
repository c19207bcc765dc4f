// The code blocks, tables and lists of a Markdown file.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './run.ts';

export interface CodeBlock {
  language: string;
  code: string;
  /** The line where it starts, for a test's title. */
  line: number;
}

/** The fenced code blocks of a Markdown file of the repository. */
export function codeBlocks(file: string): CodeBlock[] {
  const blocks: CodeBlock[] = [];
  let open: CodeBlock | undefined;
  for (const [index, line] of readFileSync(join(ROOT, file), 'utf8').split('\n').entries()) {
    const fence = /^```(\w*)/.exec(line);
    if (fence && !open) open = { language: fence[1] ?? '', code: '', line: index + 1 };
    else if (fence && open) {
      blocks.push(open);
      open = undefined;
    } else if (open) open.code += `${line}\n`;
  }
  return blocks;
}

/** The first cells of the rows of every table, with the second: `apiKey` → `VIDEOS_API_KEY`. */
export function tableRows(file: string): Map<string, string> {
  const rows = new Map<string, string>();
  for (const line of readFileSync(join(ROOT, file), 'utf8').split('\n')) {
    const [, name, value] = /^\| `(\w+)` \|([^|]*)\|/.exec(line) ?? [];
    if (name !== undefined && value !== undefined) rows.set(name, value.trim());
  }
  return rows;
}
