/** The shape of `tests/*.yaml`: what a catalogue promises for an alert at an instant. Editors complete it from its JSON Schema. */
import * as v from 'valibot';
import { SEVERITIES } from '../../shared/alert/alert.ts';
import { CHANNELS } from '../../shared/catalogue/catalogue.ts';
import { readInstant } from '../../shared/rota/wall.ts';
import { described, duration, list, text } from '../../shared/written/shapes.ts';
import { fields } from '../../shared/written/written.ts';

const INSTANT_MEND = 'Write an instant with its zone, like 2026-11-23T03:12:00Z or 2026-11-23T03:12:00+01:00.';
const OBJECT_MEND = 'Write fields, like { title: Disk is full, severity: critical }.';
const PAGE_MEND = 'Write a list like [{ to: amira, by: sms, after: 0m }]; [] where nobody is paged.';
const NOBODY = [
  'test',
  'suppressed',
  'acknowledgement',
  'heartbeat',
  'canary',
  'silenced',
  'urgency',
  'resolved',
] as const;
const WORDS_MEND = 'Write a list of texts that the message must hold, like ["payments-api", "Runbook"].';
const WHO_MEND = 'Write a person, or the name of a chat channel.';

const object = v.record(v.string(), v.unknown(), OBJECT_MEND);

const page = fields({
  to: described(text(WHO_MEND), 'A person, or the name of a chat channel.'),
  by: v.optional(described(v.picklist(CHANNELS, `Write one of ${CHANNELS.join(', ')}.`), 'By which way.')),
  after: v.optional(described(duration, 'How long after the instant of the test.')),
});

export const expectSchema = fields({
  alert: v.optional(described(object, 'Fields that the alert must have; what is left out is not judged.')),
  service: v.optional(described(text('Write a service, or none.'), 'The service, or `none`.')),
  environment: v.optional(described(text('Write an environment, or none.'), 'The environment, or `none`.')),
  runbook: v.optional(
    described(
      text('Write a runbook by its path, like payments/5xx, or none.', 500),
      'The runbook by its path, its address, or `none`.',
    ),
  ),
  by: v.optional(
    described(
      v.picklist(['link', 'pattern', 'person', 'words', 'none'], 'Write link, pattern, person, words or none.'),
      'What chose the runbook.',
    ),
  ),
  severity: v.optional(described(v.picklist(SEVERITIES, `Write one of ${SEVERITIES.join(', ')}.`), 'Its severity.')),
  urgency: v.optional(described(v.picklist(['high', 'low', 'none'], 'Write high, low or none.'), 'Its urgency.')),
  policy: v.optional(described(text('Write a policy.'), 'The escalation policy.')),
  nobody: v.optional(
    described(
      v.picklist(NOBODY, `Write why nobody is told: ${NOBODY.join(', ')}.`),
      'Why nobody is told; without it somebody may be.',
    ),
  ),
  pages: v.optional(
    described(
      v.pipe(v.array(page, PAGE_MEND), v.maxLength(50, 'Write at most 50.')),
      'Who is told, in this order, while nobody answers. More may follow; [] says that nobody is told.',
    ),
  ),
  words: v.optional(described(list(text(WORDS_MEND, 500), 20, WORDS_MEND), 'Texts that the text message must hold.')),
});

const caseSchema = v.pipe(
  fields({
    name: described(text('Write what is expected, as a sentence.', 300), 'What is expected, as a sentence.'),
    payload: v.optional(
      described(
        v.union([text('Write a path.', 500), object], 'Write a path from this file, or the body itself.'),
        'What a sender posts: a file beside this one, or the body itself.',
      ),
    ),
    alert: v.optional(
      described(object, 'An alert instead of a payload: fields as `pageturner normalise` prints them.'),
    ),
    number: v.optional(
      described(
        v.pipe(v.number('Write a number.'), v.integer('Write a whole number.'), v.minValue(1, 'Write 1 or more.')),
        'Which alert of the payload; the first without it.',
      ),
    ),
    at: described(
      v.pipe(
        text(INSTANT_MEND),
        v.check((written) => readInstant(written) !== undefined, INSTANT_MEND),
      ),
      'The instant at which it arrives: who is on call then.',
    ),
    silences: v.optional(
      described(
        list(object, 20, 'Write event patterns, like [{ service: [payments-api] }].'),
        'Silences in force then, as patterns.',
      ),
    ),
    expect: v.optional(described(expectSchema, 'What must be so. `pageturner test --write` fills it in.')),
  }),
  v.check(
    (written) => (written.payload === undefined) !== (written.alert === undefined),
    'Write either a payload or an alert.',
  ),
);

export const testsSchema = fields({
  tests: described(list(caseSchema, 500, 'Write a list of tests.'), 'Tests of this catalogue.'),
});

export type WrittenCase = v.InferOutput<typeof caseSchema>;
export type Expected = v.InferOutput<typeof expectSchema>;
