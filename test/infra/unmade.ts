/** What the roles allow and no test makes the functions do, each with its reason. Keep it short. */
import type { Unmade } from './privilege.ts';

const BY_LAMBDA = 'Lambda asks it of the queue in the function’s name; the local stack has no need of it';

const SPILLS = 'only where what the other region says falls to an incident whose timeline is full at that moment';

export const UNMADE: readonly Unmade[] = [
  { who: 'tickets', action: 'ssm:GetParameters', because: 'the tracker of the local stack needs no token' },
  {
    who: 'tickets',
    action: 'dynamodb:BatchWriteItem',
    because: 'only where the timeline of an incident is full at that moment',
  },
  { who: 'sweep', action: 'dynamodb:BatchWriteItem', because: SPILLS },
  {
    who: 'sweep',
    action: 'sqs:SendMessage',
    on: ':TicketsQueue',
    because: 'only where the message of a ticket was lost; the simulator loses them',
  },
  {
    who: 'respond',
    action: 'sqs:SendMessage',
    on: ':TicketsQueue',
    because:
      'only where an answer ends an incident that owes a ticket, or asks for one; test/flow/respond.test.ts does',
  },
  {
    who: 'tickets',
    action: 'sqs:SendMessage',
    on: ':PagesQueue',
    because: 'only when somebody is to be reminded of a follow-up; test/flow/remind.test.ts reminds',
  },
  {
    who: 'deployments',
    action: 'sqs:SendMessage',
    because: 'Lambda puts a notice that failed three times on the dead letters in the function’s name',
  },
  ...['sweep', 'respond', 'console', 'deployments'].map((who) => ({
    who,
    action: 'dynamodb:UpdateItem',
    because: 'only where a page that it makes owed joins a window of a digest that nobody is known to wait in',
  })),
  ...['triage', 'page', 'respond', 'tickets'].map((who) => ({
    who,
    action: 'sqs:GetQueueAttributes',
    because: BY_LAMBDA,
  })),
];
