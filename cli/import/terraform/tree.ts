/** The tree of a Terraform file: blocks, attributes and expressions, each with its line. */
export type Expression = { line: number } & (
  | { kind: 'literal'; value: string | number | boolean | null }
  | { kind: 'template'; parts: Expression[] }
  | { kind: 'list'; items: Expression[] }
  | { kind: 'object'; items: [Expression, Expression][] }
  | { kind: 'name'; name: string }
  | { kind: 'get'; of: Expression; key: Expression }
  | { kind: 'splat'; of: Expression; path: Expression[] }
  | { kind: 'call'; name: string; args: Expression[]; spread: boolean }
  | { kind: 'binary'; operator: string; left: Expression; right: Expression }
  | { kind: 'unary'; operator: string; of: Expression }
  | { kind: 'if'; test: Expression; yes: Expression; no: Expression }
  | {
      kind: 'for';
      names: string[];
      list: Expression;
      key?: Expression;
      value: Expression;
      where?: Expression;
      grouped: boolean;
    }
  | { kind: 'unread'; text: string }
);
export type Attribute = { name: string; value: Expression; line: number };
export type Block = { type: string; labels: string[]; body: Body; line: number };
export type Body = { attributes: Attribute[]; blocks: Block[] };
