/** A fenced block of a runbook. */
export interface Block {
  /** Such as `sh` or `sql`; empty where none is named. */
  readonly language: string;
  /** Without the indentation of the list that it stands in. */
  readonly text: string;
  /** Of a block for the shell: what there is to run, without what is to be filled in. */
  readonly commands: string;
  /** Names that it exports, each with an example to be replaced. */
  readonly variables: readonly string[];
  /** Line of the file in which it begins. */
  readonly line: number;
}

export interface ParsedRunbook {
  readonly blocks: readonly Block[];
  /** Code within sentences. */
  readonly words: readonly string[];
  /** Where links lead, but for those to other sites. */
  readonly links: readonly string[];
  /** Headings, as links name them. */
  readonly anchors: readonly string[];
}

const fence = /^( *)```(\w*)$/;
const example = /^export (\w+)=\S+(?: +#.*)?$/;

/** @throws Error for a block that does not end */
export function parseRunbook(markdown: string): ParsedRunbook {
  const blocks: Block[] = [];
  const prose: string[] = [];
  const lines = markdown.split("\n");
  for (let at = 0; at < lines.length; at++) {
    const [, indentation, language] = fence.exec(lines[at] ?? "") ?? [];
    if (indentation === undefined || language === undefined) {
      prose.push(lines[at] ?? "");
      continue;
    }
    const end = lines.indexOf(`${indentation}\`\`\``, at + 1);
    if (end < 0) throw new Error(`The block of line ${at + 1} does not end.`);
    const body = lines.slice(at + 1, end).map((line) => line.slice(indentation.length));
    blocks.push({
      language,
      text: body.join("\n"),
      commands: body.filter((line) => !example.test(line)).join("\n"),
      variables: body.flatMap((line) => example.exec(line)?.[1] ?? []),
      line: at + 1,
    });
    at = end;
  }
  const text = prose.join("\n");
  return {
    blocks,
    words: [...text.matchAll(/`([^`]+)`/g)].map(([, words = ""]) => words),
    links: [...text.matchAll(/\]\(([^)]+)\)/g)]
      .map(([, link = ""]) => link)
      .filter((link) => !/^https?:/.test(link)),
    anchors: [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) => anchorOf(heading)),
  };
}

/** As GitHub makes one. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\w\- ]/g, "")
    .replaceAll(" ", "-");
}
