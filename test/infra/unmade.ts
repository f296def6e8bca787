/** What the roles allow and no test makes the functions do, each with its reason. Keep it short. */
import type { Unmade } from './privilege.ts';

const BY_LAMBDA = 'Lambda asks it of the queue in the function’s name; the local stack has no need of it';

export const UNMADE: readonly Unmade[] = [
  ...['triage', 'page', 'respond'].map((who) => ({ who, action: 'sqs:GetQueueAttributes', because: BY_LAMBDA })),
];
