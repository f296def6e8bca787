/** What the doctor says of one thing. */
export type Verdict = { level: 'well' | 'warning' | 'error' | 'unknown'; what: string; said: string; mend?: string };

/** A verdict on what was asked. */
export type Found = Omit<Verdict, 'what'>;
