/** AWS's own rules for templates (cfn-lint) over what osls packages. */
import type { Verdict } from './judge.ts';
import { runTool } from './python.ts';

/** Rules that are left out, each with its reason. */
const LEFT_OUT: Record<string, string> = {
  W3005: 'osls writes a DependsOn beside each of its references; it changes nothing',
};

export async function judgeTemplate(template: string): Promise<Verdict> {
  const ignored = Object.keys(LEFT_OUT).flatMap((rule) => ['--ignore-checks', rule]);
  const { code, output } = await runTool('cfn-lint', ['--format', 'parseable', '--template', template, ...ignored]);
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  return {
    found: code === 0 ? [] : lines.map((line) => line.slice(line.indexOf('.json:') + 6)),
    notes: Object.entries(LEFT_OUT).map(([rule, why]) => `left out ${rule}: ${why}`),
  };
}
