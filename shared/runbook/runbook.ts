/**
 * A runbook: a Markdown file that says what to do; and the answer to "which one, and why".
 *
 * Promises: a runbook's ID is its path under `runbooks/` without `.md`. A choice always carries its why.
 *
 * Anybody may import this file. It is pure.
 */
import type { Severity } from '../alert/alert.ts';

export type Runbook = {
  id: string;
  title: string;
  /** The Markdown below the front matter. */
  body: string;
  /** An EventBridge event pattern over the alert, as written. */
  match?: unknown;
  severity?: Severity;
  /** Page only once it has been firing this long. */
  holdSeconds?: number;
  /** Fields of the alert whose values together make one incident. */
  group?: string[];
  /** `2027-03-01` */
  reviewBy?: string;
  aliases: string[];
  /** The service that owns it, where it says so. */
  service?: string;
  /** How to roll back, where the front matter says so. */
  rollback?: string;
};

/** `person`: somebody said so of an earlier alert (`shared/memory`), or of this incident. */
export type MatchedBy = 'link' | 'pattern' | 'person' | 'words' | 'none';

export type Candidate = {
  runbook: string;
  /** link, pattern and person: 1; words: the probability that it is the right one, 0 to 1. */
  score: number;
  by: Exclude<MatchedBy, 'none'>;
  /** One sentence for people: which link, which fields, which words. */
  why: string;
};

/** Which runbook, by which of the four ways, and what came second. Best first. */
export type Choice = {
  runbook: string | null;
  by: MatchedBy;
  /** Where a link leads to an allowed host that is no catalogue runbook. */
  url?: string;
  candidates: Candidate[];
};
