/**
 * What people write of trackers and problem tickets: the shapes, how they are compiled, and what no single field can know.
 * Called by the schema, the compiler and the checks of the catalogue.
 */
import * as v from 'valibot';
import { SEVERITIES } from '../../shared/alert/alert.ts';
import {
  type Defaults,
  type ProblemRule,
  type Problems,
  type Service,
  TRACKER_KINDS,
  type TrackerSetting,
} from '../../shared/catalogue/catalogue.ts';
import { OPENINGS_DAYS, OPENINGS_MOST } from '../../shared/incident/ticket.ts';
import { unknownPlaceholders } from '../../shared/problem/template.ts';
import { described, duration, formed, list, longDuration, name, readDuration } from '../../shared/written/shapes.ts';
import { fields, suggestion } from '../../shared/written/written.ts';
import type { Finding } from '../finding.ts';
import type { Drafts } from './drafts.ts';
import { errorAt } from './findings.ts';
import type { CatalogueFile, Source } from './source.ts';

const TOKEN_MEND = 'Write the parameter that holds it, like ssm:/pageturner/trackers/gitlab; never the token itself.';
const PROJECT_MEND = 'Write the project, like sre/problems.';

/** One tracker. What `project` means is told in docs/problem-tickets.md for each kind. */
export const tracker = fields({
  kind: described(
    v.picklist(TRACKER_KINDS, `Write one of ${TRACKER_KINDS.join(', ')}.`),
    'gitlab, servicenow, jira, github or azure-devops.',
  ),
  url: described(
    formed(
      /^https:\/\/[^\s/?#@]+(?:\/[^\s?#]*)?$/,
      'Write the https: address of the tracker, like https://gitlab.example.gov.uk.',
    ),
    'The https: address of the tracker, without a token in it.',
  ),
  project: v.optional(
    described(
      formed(/^\S(?:.{0,298}\S)?$/, PROJECT_MEND),
      'Where its tickets are kept: a project, repository or board.',
    ),
  ),
  token: described(
    formed(/^ssm:\/[A-Za-z0-9._/-]+$/, TOKEN_MEND),
    'The parameter with its token: ssm:/pageturner/trackers/NAME.',
  ),
});

const REPEATS_MEND = `Write a whole number from 2 to ${OPENINGS_MOST}.`;
const RULE_MEND = 'Write at least one of repeats, severity, night and lasted, like { repeats: 3, within: 30d }.';
const WITHIN_MEND = 'Write repeats beside within: how many pages of one cause within that time.';

/** One rule; all that is written in it must hold. */
const rule = v.pipe(
  fields({
    repeats: v.optional(
      described(
        v.pipe(
          v.number(REPEATS_MEND),
          v.integer(REPEATS_MEND),
          v.minValue(2, REPEATS_MEND),
          v.maxValue(OPENINGS_MOST, REPEATS_MEND),
        ),
        'So many incidents of one cause that people were paged for, this one included.',
      ),
    ),
    within: v.optional(described(longDuration, `Within this time, at most ${OPENINGS_DAYS}d; without it, 30d.`)),
    severity: v.optional(
      described(v.picklist(SEVERITIES, `Write one of ${SEVERITIES.join(', ')}.`), 'This severity, or a worse one.'),
    ),
    night: v.optional(
      described(v.boolean('Write true or false.'), 'Whether somebody was paged between 22:00 and 08:00.'),
    ),
    lasted: v.optional(described(duration, 'From opening to end, at least.')),
  }),
  v.check((written) => Object.keys(written).some((key) => key !== 'within'), RULE_MEND),
  v.check((written) => written.within === undefined || written.repeats !== undefined, WITHIN_MEND),
);

const REMIND_MEND = 'Write working days as a number and d, like 5d.';

/** What may be written of problems, by catalogue.yaml and by a service. */
export const problemFields = {
  tracker: v.optional(described(name, 'Which of trackers keeps the tickets.')),
  open: v.optional(
    described(
      list(rule, 20, `Write a list of rules. ${RULE_MEND}`),
      'A ticket is opened where one of these rules holds.',
    ),
  ),
  template: v.optional(
    described(
      formed(/^templates\/[A-Za-z0-9][A-Za-z0-9._-]*\.md$/, 'Write a file like templates/problem.md.'),
      "The ticket's text: Markdown with {{ placeholders }}.",
    ),
  ),
  remind: v.optional(
    described(
      fields({
        every: described(formed(/^[1-9][0-9]?d$/, REMIND_MEND), 'Working days between reminders, like 5d.'),
        to: v.optional(described(v.literal('owner', 'Write owner.'), 'The owner of the follow-up.')),
        // biome-ignore lint/suspicious/noThenProperty: it is a key of the file, and never a promise.
        then: v.optional(
          described(
            formed(/^person:[A-Za-z0-9._-]{1,64}$/, 'Write a person, like person:head.'),
            'Who is told too, after four reminders without a decision.',
          ),
        ),
      }),
      'How often the owners of open follow-ups are reminded.',
    ),
  ),
  names: v.optional(
    described(v.boolean('Write true or false.'), 'Whether tickets name people; without it they name roles.'),
  ),
  confidential: v.optional(
    described(v.boolean('Write true or false.'), 'Hidden from people outside the project; without it, true.'),
  ),
};

const written = fields(problemFields);
export type WrittenProblem = v.InferOutput<typeof written>;

function compileRule({ within, lasted, ...rest }: NonNullable<WrittenProblem['open']>[number]): ProblemRule {
  return {
    ...rest,
    ...(rest.repeats === undefined ? {} : { withinSeconds: readDuration(within ?? '30d') }),
    ...(lasted === undefined ? {} : { lastedSeconds: readDuration(lasted) }),
  } as ProblemRule;
}

function compileRemind({ every, then }: NonNullable<WrittenProblem['remind']>): NonNullable<Problems['remind']> {
  const person = then === undefined ? {} : { last: then.slice('person:'.length) };
  return { everyDays: Number.parseInt(every, 10), to: 'owner', ...person };
}

/** What is written of problems; a template's text is read from the files. */
export function compileProblems(
  { open, template, remind, ...rest }: WrittenProblem,
  files: CatalogueFile[],
): Partial<Problems> {
  const text = template === undefined ? undefined : files.find(({ path }) => path === template)?.text;
  return {
    ...(rest as Partial<Problems>),
    ...(open === undefined ? {} : { open: open.map(compileRule) }),
    ...(text === undefined ? {} : { template: text }),
    ...(remind === undefined ? {} : { remind: compileRemind(remind) }),
  };
}

/** The problems of catalogue.yaml: without rules, tickets are opened by hand alone. */
export function compileDefaultProblems(
  written: WrittenProblem & { tracker: string },
  files: CatalogueFile[],
): Problems {
  return { open: [], ...compileProblems(written, files), tracker: written.tracker };
}

export function compileTrackers(
  written: Record<string, { kind: string; url: string; project?: string | undefined; token: string }>,
): Record<string, TrackerSetting> {
  return Object.fromEntries(
    Object.entries(written).map(([name, { project, url, ...rest }]) => [
      name,
      { ...rest, url: url.replace(/\/+$/, ''), project: project ?? '' } as TrackerSetting,
    ]),
  );
}

/** `gitlab:payments/api`, taken apart. */
export function compileTracker(written: string): NonNullable<Service['tracker']> {
  const colon = written.indexOf(':');
  return colon < 0 ? { name: written } : { name: written.slice(0, colon), project: written.slice(colon + 1) };
}

/** What the function that makes tickets may read. */
const READABLE =
  /^ssm:\/pageturner\/(?:trackers\/[A-Za-z0-9._/-]+|(?:gitlab|servicenow|jira|github|azure-devops)-token)$/;

/** Findings of catalogue.yaml: tokens that cannot be read, trackers without a project, problems without their tracker. */
export function checkDefaultProblems(source: Source, defaults: Defaults, files: CatalogueFile[]): Finding[] {
  const trackers = defaults.trackers ?? {};
  const findings = Object.entries(trackers).flatMap(([name, { token, kind, project }]) => [
    ...(READABLE.test(token)
      ? []
      : [
          errorAt(
            source,
            ['trackers', name, 'token'],
            'unreadable-token',
            `The function that makes tickets may not read the token of ${name}.`,
            `Keep it under ssm:/pageturner/trackers/, like ssm:/pageturner/trackers/${name}.`,
          ),
        ]),
    ...(project !== '' || kind === 'servicenow'
      ? []
      : [errorAt(source, ['trackers', name], 'missing', `The tracker ${name} has no project.`, PROJECT_MEND)]),
  ]);
  const { problems } = defaults;
  if (problems === undefined) return findings;
  return [
    ...findings,
    ...checkTracker(source, ['problems', 'tracker'], problems.tracker, trackers),
    ...checkTemplate(source, source.value, files),
  ];
}

/** Findings of a service: its tracker, and a template that it names. */
export function checkServiceProblems(source: Source, service: Service, drafts: Drafts): Finding[] {
  const defaults = drafts.defaults?.value;
  if (defaults === undefined) return [];
  const trackers = defaults.trackers ?? {};
  const own = service.problems === 'none' ? undefined : service.problems?.tracker;
  return [
    ...(service.tracker === undefined ? [] : checkTracker(source, ['tracker'], service.tracker.name, trackers)),
    ...(own === undefined ? [] : checkTracker(source, ['problems', 'tracker'], own, trackers)),
    ...(typeof service.problems === 'object' && service.tracker === undefined && own === undefined && !defaults.problems
      ? [
          errorAt(
            source,
            ['problems'],
            'unknown-tracker',
            `No tracker keeps the problem tickets of ${service.name}.`,
            'Add tracker: NAME, or problems to catalogue.yaml.',
          ),
        ]
      : []),
    ...checkTemplate(source, source.value, drafts.files),
  ];
}

function checkTracker(
  source: Source,
  path: (string | number)[],
  name: string,
  trackers: Record<string, TrackerSetting>,
): Finding[] {
  if (Object.hasOwn(trackers, name)) return [];
  const mend =
    Object.keys(trackers).length === 0 ? 'Add trackers to catalogue.yaml.' : suggestion(name, Object.keys(trackers));
  return [errorAt(source, path, 'unknown-tracker', `catalogue.yaml has no tracker called ${name}.`, mend)];
}

/** A template is there, and has only placeholders that can be filled in. */
function checkTemplate(source: Source, value: unknown, files: CatalogueFile[]): Finding[] {
  const { problems } = value as { problems?: { template?: string } | 'none' };
  if (problems === undefined || problems === 'none' || problems.template === undefined) return [];
  const at = ['problems', 'template'];
  const file = files.find(({ path }) => path === problems.template);
  if (file === undefined)
    return [errorAt(source, at, 'missing', `There is no file ${problems.template}.`, 'Add it, or take template out.')];
  return unknownPlaceholders(file.text).map(({ name, line, known }) => ({
    level: 'error',
    code: 'unknown-placeholder',
    file: file.path,
    line,
    message: `Nothing can be filled in for {{ ${name} }}.`,
    mend: suggestion(name, known),
  }));
}
