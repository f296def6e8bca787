/**
 * The README of a Terraform module, made from its own variables and outputs. Pure; the test writes it with `-u` and fails
 * when it is stale.
 */
type Variable = { type?: string; description?: string; default?: unknown; sensitive?: boolean };
export type Module = {
  variable?: Record<string, Variable[]>;
  output?: Record<string, { description?: string }[]>;
  resource?: Record<string, Record<string, unknown[]>>;
};

/** `said`: the comment at the head of main.tf. `example`: the text of examples/main.tf. */
export function readmeOf(name: string, said: string, module: Module, example: string): string {
  const variables = Object.entries(module.variable ?? {}).map(
    ([variable, [{ type = '', description = '', ...rest } = {}]]) => {
      const usual = 'default' in rest ? `\`${JSON.stringify(rest.default)}\`` : 'required';
      return `| \`${variable}\` | ${type.replace(/^\$\{|\}$/g, '')} | ${usual} | ${description} |`;
    },
  );
  const outputs = Object.entries(module.output ?? {}).map(
    ([output, [{ description = '' } = {}]]) => `| \`${output}\` | ${description} |`,
  );
  const resources = Object.entries(module.resource ?? {}).flatMap(([type, named]) =>
    Object.keys(named).map((one) => `\`${type}.${one}\``),
  );
  return `# ${name}

${said}

Makes ${resources.join(', ')}.

## Variables

| | type | usually | |
|---|---|---|---|
${variables.join('\n')}

## Outputs

| | |
|---|---|
${outputs.join('\n')}

## Example

\`\`\`hcl
${example.trimEnd()}
\`\`\`
`;
}
