/**
 * The language of Terraform's files (HCL 2) as a tree: blocks, attributes, and expressions with their lines.
 *
 * Promises: gives the line of every attribute, block and expression, so that what cannot be followed can be named; a
 * mistake is one sentence with its line; nesting is bounded. It evaluates nothing. Pure.
 *
 * Own and not a library: the one there is (hcl2json of the archived CDK for Terraform) gives no lines, leaves expressions
 * as text, and needs a WebAssembly file of 10 MB beside it. A test reads the same files by both.
 *
 * Source: HCL Native Syntax Specification (hashicorp/hcl, hclsyntax/spec.md).
 */
import type { Block, Body, Expression } from './tree.ts';

const MOST_NESTED = 100;
const ESCAPE = /^\\(?:u([\da-fA-F]{4})|U([\da-fA-F]{8})|([\s\S]))/;
const OPERATORS = [['||'], ['&&'], ['==', '!='], ['<=', '>=', '<', '>'], ['+', '-'], ['*', '/', '%']];

/** Throws a RangeError: `line 12: a bracket is not closed`. */
export function parseHcl(text: string): Body {
  return new Reader(text.replace(/^\uFEFF/, ''), 1).body(false);
}

/** A string of Terraform's JSON as the template that it is. */
export function parseTemplate(text: string, line: number): Expression {
  return new Reader(text, line).template(undefined);
}

class Reader {
  private at = 0;
  private depth = 0;
  private readonly text: string;
  private readonly firstLine: number;
  private lineAt = 0;
  private lineNow: number;

  constructor(text: string, firstLine: number) {
    this.text = text;
    this.firstLine = firstLine;
    this.lineNow = firstLine;
  }

  private get line(): number {
    if (this.at < this.lineAt) {
      this.lineAt = 0;
      this.lineNow = this.firstLine;
    }
    for (; this.lineAt < this.at; this.lineAt += 1) if (this.text[this.lineAt] === '\n') this.lineNow += 1;
    return this.lineNow;
  }

  /** What is there, for a message. */
  private near = () => this.text.slice(this.at, this.at + 20).split('\n')[0];

  private fail(what: string): never {
    throw new RangeError(`line ${this.line}: ${what}`);
  }

  /** Over spaces and comments; over line ends too where they mean nothing. */
  private skip(lines: boolean): void {
    for (;;) {
      const c = this.text[this.at];
      if (c === ' ' || c === '\t' || c === '\r' || (lines && c === '\n')) this.at += 1;
      else if (c === '#' || this.text.startsWith('//', this.at)) {
        const end = this.text.indexOf('\n', this.at);
        this.at = end < 0 ? this.text.length : end;
      } else if (this.text.startsWith('/*', this.at)) {
        const end = this.text.indexOf('*/', this.at);
        this.at = end < 0 ? this.text.length : end + 2;
      } else return;
    }
  }

  private eat(mark: string, lines = true): boolean {
    this.skip(lines);
    if (!this.text.startsWith(mark, this.at)) return false;
    this.at += mark.length;
    return true;
  }

  private want(mark: string): void {
    if (!this.eat(mark)) this.fail(`"${mark}" is missing before "${this.near()}"`);
  }

  private word(): string | undefined {
    const end = this.at;
    let to = end;
    while (to < this.text.length && /[\p{L}\p{N}_-]/u.test(this.text[to]!)) to += 1;
    if (to === end || /[\d-]/.test(this.text[end]!)) return undefined;
    this.at = to;
    return this.text.slice(end, to);
  }

  // ---- bodies -----------------------------------------------------------------------------------------------------------

  body(inner: boolean): Body {
    this.deeper();
    const body: Body = { attributes: [], blocks: [] };
    for (;;) {
      this.skip(true);
      if (this.at >= this.text.length) {
        if (inner) this.fail('a block is not closed');
        break;
      }
      if (inner && this.eat('}')) break;
      const line = this.line;
      const name = this.word() ?? this.fail(`"${this.near()}" is no name`);
      this.skip(false);
      if (this.text[this.at] === '=' && this.text[this.at + 1] !== '=') {
        this.at += 1;
        body.attributes.push({ name, value: this.expression(false), line });
      } else body.blocks.push(this.block(name, line));
    }
    this.depth -= 1;
    return body;
  }

  private block(type: string, line: number): Block {
    const labels: string[] = [];
    for (;;) {
      this.skip(false);
      if (this.eat('{', false)) return { type, labels, body: this.body(true), line };
      const label = this.text[this.at] === '"' ? this.plainString() : this.word();
      if (label === undefined) this.fail(`"${type}" is followed by neither "=" nor a block`);
      labels.push(label);
    }
  }

  private plainString(): string {
    const read = this.quoted();
    return read.kind === 'literal' ? String(read.value) : this.fail('a label holds an expression');
  }

  // ---- expressions ------------------------------------------------------------------------------------------------------

  private deeper(): void {
    this.depth += 1;
    if (this.depth > MOST_NESTED) this.fail(`it is nested more than ${MOST_NESTED} deep`);
  }

  /** @param lines whether an expression goes on after a line end, as it does within brackets */
  private expression(lines: boolean): Expression {
    this.deeper();
    const test = this.binary(0, lines);
    this.depth -= 1;
    if (!this.eat('?', lines)) return test;
    const yes = this.expression(true);
    this.want(':');
    return { kind: 'if', test, yes, no: this.expression(lines), line: test.line };
  }

  private binary(level: number, lines: boolean): Expression {
    const operators = OPERATORS[level];
    if (operators === undefined) return this.unary(lines);
    let left = this.binary(level + 1, lines);
    for (;;) {
      this.skip(lines);
      const operator = operators.find((one) => this.text.startsWith(one, this.at));
      if (operator === undefined) return left;
      this.at += operator.length;
      left = { kind: 'binary', operator, left, right: this.binary(level + 1, true), line: left.line };
    }
  }

  private unary(lines: boolean): Expression {
    this.skip(lines);
    const line = this.line;
    for (const operator of ['!', '-'])
      if (this.eat(operator, lines)) {
        this.deeper();
        const of = this.unary(lines);
        this.depth -= 1;
        return { kind: 'unary', operator, of, line };
      }
    return this.traversal(this.primary(lines));
  }

  /** `.name`, `[0]`, `.*.id`, `[*].id` */
  private traversal(of: Expression): Expression {
    let found = of;
    for (;;) {
      const line = this.line;
      if (this.text.startsWith('[*]', this.at) || this.text.startsWith('.*', this.at)) {
        this.at += this.text[this.at] === '[' ? 3 : 2;
        const path: Expression[] = [];
        while (this.text[this.at] === '.' || this.text[this.at] === '[') path.push(this.step());
        return { kind: 'splat', of: found, path, line };
      }
      const c = this.text[this.at];
      if (c !== '[' && (c !== '.' || this.text.startsWith('...', this.at))) return found;
      found = { kind: 'get', of: found, key: this.step(), line };
    }
  }

  private step(): Expression {
    const line = this.line;
    this.at += 1;
    if (this.text[this.at - 1] === '[') {
      const key = this.expression(true);
      this.want(']');
      return key;
    }
    const number = /^\d+/.exec(this.text.slice(this.at, this.at + 12))?.[0];
    if (number !== undefined) this.at += number.length;
    if (number !== undefined) return { kind: 'literal', value: Number(number), line };
    return { kind: 'literal', value: this.word() ?? this.fail('a name is missing after "."'), line };
  }

  private primary(lines: boolean): Expression {
    this.skip(lines);
    const line = this.line;
    const c = this.text[this.at];
    if (c === '"') return this.quoted();
    if (this.text.startsWith('<<', this.at)) return this.heredoc();
    if (this.eat('(', lines)) {
      const inner = this.expression(true);
      this.want(')');
      return inner;
    }
    if (c === '[') return this.list(line);
    if (c === '{') return this.object(line);
    const number = /^\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/.exec(this.text.slice(this.at, this.at + 40))?.[0];
    if (number !== undefined) {
      this.at += number.length;
      return { kind: 'literal', value: Number(number), line };
    }
    const name =
      this.word() ??
      this.fail(this.at < this.text.length ? `"${this.near()}" is no value` : 'the file ends where a value should be');
    if (name === 'true' || name === 'false') return { kind: 'literal', value: name === 'true', line };
    if (name === 'null') return { kind: 'literal', value: null, line };
    let called = name;
    while (this.text.startsWith('::', this.at)) {
      this.at += 2;
      called = this.word() ?? this.fail('a name is missing after "::"');
    }
    return this.text[this.at] === '(' ? this.call(called, line) : { kind: 'name', name, line };
  }

  private call(name: string, line: number): Expression {
    this.at += 1;
    const args: Expression[] = [];
    let spread = false;
    this.until(')', () => {
      args.push(this.expression(true));
      if (this.eat('...')) spread = true;
    });
    return { kind: 'call', name, args, spread, line };
  }

  private until(close: string, each: () => void): void {
    while (!this.eat(close)) {
      each();
      if (!this.eat(',')) {
        this.want(close);
        break;
      }
    }
  }

  private list(line: number): Expression {
    this.at += 1;
    if (this.isFor()) return this.loop(']', line);
    const items: Expression[] = [];
    this.until(']', () => items.push(this.expression(true)));
    return { kind: 'list', items, line };
  }

  private object(line: number): Expression {
    this.at += 1;
    if (this.isFor()) return this.loop('}', line);
    const items: [Expression, Expression][] = [];
    while (!this.eat('}')) {
      const key = this.expression(false);
      const name: Expression = key.kind === 'name' ? { kind: 'literal', value: key.name, line: key.line } : key;
      if (!this.eat('=', false)) this.want(':');
      items.push([name, this.expression(false)]);
      this.eat(',');
    }
    return { kind: 'object', items, line };
  }

  private isFor(): boolean {
    this.skip(true);
    return /^for\s/.test(this.text.slice(this.at, this.at + 4));
  }

  private loop(close: string, line: number): Expression {
    this.at += 3;
    const names: string[] = [];
    do {
      this.skip(true);
      names.push(this.word() ?? this.fail('a "for" has no name'));
    } while (this.eat(','));
    this.want('in');
    const list = this.expression(true);
    this.want(':');
    const first = this.expression(true);
    const value = this.eat('=>') ? this.expression(true) : undefined;
    const grouped = this.eat('...');
    const where = this.eat('if') ? this.expression(true) : undefined;
    this.want(close);
    return {
      kind: 'for',
      names,
      list,
      value: value ?? first,
      grouped,
      line,
      ...(value === undefined ? {} : { key: first }),
      ...(where === undefined ? {} : { where }),
    };
  }

  // ---- strings ----------------------------------------------------------------------------------------------------------

  private quoted(): Expression {
    this.at += 1;
    return this.template('"');
  }

  private heredoc(): Expression {
    const line = this.line;
    const head = /^<<(-?)([\p{L}\p{N}_-]+)[ \t\r]*\n/u.exec(this.text.slice(this.at, this.at + 200));
    if (head === null) this.fail('a text that begins with "<<" has no name');
    const begun = this.at + head[0].length;
    const lines: string[] = [];
    let at = begun;
    for (;;) {
      if (at >= this.text.length) this.fail(`the text ${head[2]} is not closed`);
      const end = this.text.indexOf('\n', at);
      const one = this.text.slice(at, end < 0 ? this.text.length : end);
      if (one.trim() === head[2]) {
        this.at = at + one.length;
        break;
      }
      lines.push(one.replace(/\r$/, ''));
      at = end < 0 ? this.text.length : end + 1;
    }
    const full = lines.filter((one) => one.trim() !== '');
    const indent = head[1] === '' ? 0 : Math.min(...full.map((one) => one.length - one.trimStart().length), 1000);
    const text = lines.map((one) => `${one.slice(indent)}\n`).join('');
    return new Reader(text, line + 1).template(undefined);
  }

  /** Up to the closing quote, or the end of the text; escapes only within quotes. */
  template(close: '"' | undefined): Expression {
    const line = this.line;
    const parts: Expression[] = [];
    let plain = '';
    const flush = () => {
      if (plain !== '') parts.push({ kind: 'literal', value: plain, line });
      plain = '';
    };
    for (;;) {
      const c = this.text[this.at];
      if (c === undefined) {
        if (close !== undefined) this.fail('a text is not closed');
        break;
      }
      if (c === close) {
        this.at += 1;
        break;
      }
      if (c === '\\' && close !== undefined) plain += this.escaped();
      else if (this.text.startsWith('$${', this.at) || this.text.startsWith('%%{', this.at)) {
        plain += `${c}{`;
        this.at += 3;
      } else if (this.text.startsWith('${', this.at)) {
        flush();
        this.at += 2;
        this.eat('~');
        parts.push(this.expression(true));
        this.eat('~');
        this.want('}');
      } else if (this.text.startsWith('%{', this.at)) {
        flush();
        const end = this.text.indexOf('}', this.at);
        const text = this.text.slice(this.at, end < 0 ? this.text.length : end + 1);
        parts.push({ kind: 'unread', text, line: this.line });
        this.at += text.length;
      } else {
        plain += c;
        this.at += 1;
      }
    }
    flush();
    if (parts.length === 0) return { kind: 'literal', value: '', line };
    return parts.length === 1 ? parts[0]! : { kind: 'template', parts, line };
  }

  private escaped(): string {
    const found = ESCAPE.exec(this.text.slice(this.at, this.at + 10)) ?? this.fail('a text ends with a backslash');
    this.at += found[0].length;
    const code = found[1] ?? found[2];
    if (code !== undefined) return String.fromCodePoint(Math.min(Number.parseInt(code, 16), 0x10ffff));
    return { n: '\n', r: '\r', t: '\t' }[found[3]!] ?? found[3]!;
  }
}
