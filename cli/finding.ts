/** A mistake in what people write: where it is and how to fix it. `lint` prints findings, and `publish` refuses errors. */
export type Finding = {
  level: 'error' | 'warning';
  /** Stable, kebab-case: `unknown-person`, `rota-gap`. */
  code: string;
  /** Relative to the catalogue's folder. */
  file: string;
  line?: number;
  message: string;
  /** What to write instead. */
  mend: string;
};
