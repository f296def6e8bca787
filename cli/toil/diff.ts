/** A change of one file as `git apply` and `patch` take it: one hunk from the first changed line to the last. Pure. */

const CONTEXT_LINES = 3;

/** @param before undefined for a new file. Out: nothing where the texts are the same */
export function unifiedDiff(path: string, before: string | undefined, after: string): string {
  if (before === after) return '';
  const [old, now] = [linesOf(before ?? ''), linesOf(after)];
  let start = 0;
  while (start < old.length && start < now.length && old[start] === now[start]) start++;
  let end = 0;
  while (end < old.length - start && end < now.length - start && old.at(-1 - end) === now.at(-1 - end)) end++;
  const from = Math.max(0, start - CONTEXT_LINES);
  const tail = Math.min(end, CONTEXT_LINES);
  const lines = [
    ...old.slice(from, start).map((line) => ` ${line}`),
    ...old.slice(start, old.length - end).map((line) => `-${line}`),
    ...now.slice(start, now.length - end).map((line) => `+${line}`),
    ...old.slice(old.length - end, old.length - end + tail).map((line) => ` ${line}`),
  ];
  const [oldCount, newCount] = [old.length - end + tail - from, now.length - end + tail - from];
  const range = (count: number) => `${count === 0 ? 0 : from + 1},${count}`;
  const head =
    before === undefined
      ? `diff --git a/${path} b/${path}\nnew file mode 100644\n--- /dev/null\n`
      : `diff --git a/${path} b/${path}\n--- a/${path}\n`;
  return `${head}+++ b/${path}\n@@ -${range(oldCount)} +${range(newCount)} @@\n${lines.join('\n')}\n`;
}

/** What a diff says of a last line without a line break. */
const NO_END = '\\ No newline at end of file';

/** The last line carries whether it ends with a line break: one that does is another line than one that does not. */
function linesOf(text: string): string[] {
  if (text === '') return [];
  const lines = text.split('\n');
  const last = lines.pop()!;
  return last === '' ? lines : [...lines, `${last}\n${NO_END}`];
}
