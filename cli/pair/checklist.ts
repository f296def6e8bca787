/**
 * A pairing as a Markdown checklist for a merge request: people tick what is right, and write another path where it is not.
 *
 * Promises: what is ticked is read back as it is written; nothing that is not ticked is confirmed. Pure.
 */
import type { Confirmed, Coverage, Pairing } from './pair.ts';

const LINE = /^\s*[-*] \[([ xX])\] `([^`]+)`.*?→ `([^`]*)`.*<!-- ([^>]+) -->\s*$/;

export function checklist(pairings: Pairing[], coverage: Coverage): string {
  const open = pairings.filter(({ state }) => state !== 'certain');
  return `# Alarms and their runbooks

${coverageText(coverage)}

Tick what is right. Where another runbook is right, write its path between the marks and tick the line. Then run
\`pageturner pair --alarms FILE --apply THIS-FILE\`: it writes \`match\` into the runbooks.

${open.map(lineOf).join('\n')}
`;
}

function lineOf({ where, name, runbook = '', why, score, second, state }: Pairing): string {
  const sure = score === undefined ? '' : ` (${Math.round(score * 100)} %)`;
  const besides =
    second === undefined ? '' : `; second best \`${second.runbook}\` (${Math.round(second.score * 100)} %)`;
  const shown = state === 'none' ? '' : runbook;
  return `- [ ] \`${plain(name)}\` → \`${shown}\`${sure}: ${plain(why)}${besides} <!-- ${hidden(where)} -->`;
}

export function coverageText({ alarms, certain, proposed, none, unreached }: Coverage): string {
  const share = alarms === 0 ? 0 : Math.round((100 * certain) / alarms);
  const listed = unreached.slice(0, 20).map((id) => `\`${id}\``);
  const more = unreached.length > 20 ? `, and ${unreached.length - 20} more` : '';
  return [
    `${alarms} alarms: ${certain} have a runbook (${share} %), ${proposed} have one proposed, ${none} have none.`,
    ...(unreached.length === 0 ? [] : [`Runbooks that no alarm leads to: ${listed.join(', ')}${more}.`]),
  ].join('\n');
}

/**
 * The ticked lines.
 *
 * @param isRunbook whether the catalogue has it
 * @throws RangeError with the line that is ticked and names no runbook
 */
export function readChecklist(text: string, isRunbook: (id: string) => boolean): Confirmed[] {
  return text.split('\n').flatMap((line, at) => {
    const parts = LINE.exec(line.slice(0, 5_000));
    if (parts === null || parts[1] === ' ') return [];
    const runbook = parts[3]!
      .trim()
      .replace(/^runbooks\//, '')
      .replace(/\.md$/, '');
    if (!isRunbook(runbook))
      throw new RangeError(
        `Line ${at + 1}: the catalogue has no runbook ${JSON.stringify(runbook)}. Nothing was written.`,
      );
    return [{ where: shown(parts[4]!), runbook }];
  });
}

/** Names come from outside: they must not end a mark or begin another line. */
function plain(text: string): string {
  return text.replace(/[`<>]/g, "'").replace(/\s+/g, ' ').slice(0, 300);
}

/** As a comment of HTML: percent signs keep what would end it. */
function hidden(where: string): string {
  return encodeURIComponent(where).replaceAll('-', '%2D');
}

function shown(text: string): string {
  return decodeURIComponent(text);
}
