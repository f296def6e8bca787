/** What a pattern is compiled to, and what is said of one that is refused. Types alone. */
import type { Condition } from './condition.ts';
import type { Step } from './fields.ts';

export type PatternError = {
  /** Where: `signal.name[0].wildcard`, empty for the pattern itself. */
  path: string;
  message: string;
  /** What to write instead. */
  mend: string;
};

/** The conditions on one field: met when one of its values meets one of them. */
export type Field = {
  /** Names joined by dots: `signal.name`. */
  path: string;
  slot: number;
  conditions: Condition[];
  /** One of the conditions is `exists: false`. */
  asksAbsence: boolean;
};

/** One way to match: all fields must be met. In the order of their paths. */
export type Branch = { fields: Field[] };

/** One branch, or as many as its `$or`s multiply out to. */
export type CompiledPattern = { branches: Branch[]; root: Step; slots: number };
