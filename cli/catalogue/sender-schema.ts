/** The shape of `senders/*.yaml`: a sender that the product does not know, with its mapping and its samples. */
import * as v from 'valibot';
import { described, formed, list, name, text } from '../../shared/written/shapes.ts';
import { fields } from '../../shared/written/written.ts';

const EXPRESSION_MEND = 'Write a JSONata expression over the body, like check.name, or { path, map, else }.';
const expression = text(EXPRESSION_MEND, 1000);
const mapped = v.union(
  [
    expression,
    fields({
      path: described(expression, 'A JSONata expression; its value, or each item of a list, is looked up in map.'),
      map: described(
        v.record(v.string(), v.string(), 'Write values and what they mean, like { prod: critical }.'),
        'What each value means; upper and lower case are one.',
      ),
      else: v.optional(described(text('Write the meaning of all other values.'), 'For all other values.')),
    }),
  ],
  EXPRESSION_MEND,
);
const statusMapping = v.union(
  [
    expression,
    fields({
      path: described(expression, 'A JSONata expression that gives the state.'),
      resolved: described(
        v.pipe(
          v.array(v.union([v.string(), v.number(), v.boolean()]), 'Write a list of states, like [Up].'),
          v.minLength(1, 'Write at least one state that means that it is over.'),
          v.maxLength(50, 'Write at most 50 states.'),
        ),
        'The states that mean that it is over; all others fire.',
      ),
    }),
  ],
  'Write { path: …, resolved: [Up] }, or an expression that gives firing or resolved.',
);
const mappedNames = v.record(v.string(), mapped, 'Write names and expressions.');
const SAMPLE_MEND = 'Write a path below senders/, like statuscake/down.json.';

export const senderSchema = fields({
  name: described(name, "What the alert's source.variant says."),
  match: described(
    v.record(v.string(), v.unknown(), 'Write an event pattern over the body, like { Token: [{ exists: true }] }.'),
    'An event pattern over the posted body: bodies that match are of this sender.',
  ),
  alert: described(
    fields({
      key: described(mapped, 'The identity of the signal: the same when it begins and when it ends.'),
      title: described(mapped, 'Which thing, and what is wrong with it.'),
      status: v.optional(described(statusMapping, 'Without it, the sender never says that something is over.')),
      severity: v.optional(described(mapped, 'critical, error, warning or info, or a word like P1 or high.')),
      description: v.optional(mapped),
      service: v.optional(mapped),
      environment: v.optional(mapped),
      resources: v.optional(
        list(
          fields({ id: mapped, name: v.optional(mapped), type: v.optional(mapped) }),
          20,
          'Write a list of id, name and type.',
        ),
      ),
      links: v.optional(
        fields({
          source: v.optional(mapped),
          runbook: v.optional(mapped),
          graph: v.optional(mapped),
          query: v.optional(mapped),
        }),
      ),
      labels: v.optional(mappedNames),
      signal: v.optional(
        fields({
          name: v.optional(mapped),
          statistic: v.optional(mapped),
          comparison: v.optional(mapped),
          threshold: v.optional(mapped),
          value: v.optional(mapped),
          unit: v.optional(mapped),
        }),
      ),
      at: v.optional(mapped),
      startsAt: v.optional(mapped),
      endsAt: v.optional(mapped),
      test: v.optional(mapped),
    }),
    'JSONata expressions over the body.',
  ),
  samples: v.optional(
    described(
      list(formed(/^[A-Za-z0-9][A-Za-z0-9._-]*(?:\/[A-Za-z0-9][A-Za-z0-9._-]*){0,4}$/, SAMPLE_MEND), 50, SAMPLE_MEND),
      'Bodies as the sender posts them; beside each lies the alert that it must become, as *.alert.json.',
    ),
  ),
});
