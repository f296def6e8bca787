/** Answers in the shapes of `aws ssm-contacts` and `aws ssm-incidents`, written for this test. */
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { planIncidentManager } from '../../../cli/import/incident-manager.ts';
import { lintFiles } from '../../../cli/lint/lint.ts';

const NOW = Date.parse('2026-11-23T09:00:00.000Z');
const arn = (kind: string, name: string) => `arn:aws:ssm-contacts:eu-west-2:111122223333:${kind}/${name}`;
const person = (alias: string) => ({
  ContactArn: arn('contact', alias),
  Alias: alias,
  DisplayName: `${alias} Example`,
  Type: 'PERSONAL',
  Plan: {
    Stages: [
      { DurationInMinutes: 3, Targets: [channelTarget(`${alias}-sms`)] },
      { DurationInMinutes: 5, Targets: [channelTarget(`${alias}-voice`)] },
    ],
  },
});
const channelTarget = (name: string) => ({
  ChannelTargetInfo: { ContactChannelId: arn('contact-channel', name), RetryIntervalInMinutes: 1 },
});
const channel = (alias: string, type: string, address: string) => ({
  ContactChannelArn: arn('contact-channel', `${alias}-${type.toLowerCase()}`),
  ContactArn: arn('contact', alias),
  Name: type,
  Type: type,
  DeliveryAddress: { SimpleAddress: address },
  ActivationStatus: 'ACTIVATED',
});
const people = ['amira', 'ben', 'chidi', 'dee'];
const base = [
  ...people.map(person),
  {
    ContactChannels: people.flatMap((alias) => [
      channel(alias, 'SMS', '+447700900001'),
      channel(alias, 'VOICE', '+447700900001'),
      channel(alias, 'EMAIL', `${alias}@example.gov.uk`),
    ]),
  },
];
const schedule = (...rotations: string[]) => ({
  ContactArn: arn('contact', 'primary'),
  Alias: 'primary',
  DisplayName: 'Payments primary',
  Type: 'ONCALL_SCHEDULE',
  Plan: { RotationIds: rotations.map((name) => arn('rotation', name)) },
});
const rotation = (
  name: string,
  who: string[],
  recurrence: object,
  start: string | number = '2026-10-05T09:00:00+01:00',
) => ({
  RotationArn: arn('rotation', name),
  Name: name,
  ContactIds: who.map((alias) => arn('contact', alias)),
  StartTime: start,
  TimeZoneId: 'Europe/London',
  Recurrence: { NumberOfOnCalls: 1, RecurrenceMultiplier: 1, ...recurrence },
});
const at = (HourOfDay: number, MinuteOfHour = 0) => ({ HourOfDay, MinuteOfHour });
const monday = { WeeklySettings: [{ DayOfWeek: 'MON', HandOffTime: at(9) }] };
const escalation = {
  ContactArn: arn('contact', 'payments'),
  Alias: 'payments',
  DisplayName: 'Payments',
  Type: 'ESCALATION',
  Plan: {
    Stages: [
      {
        DurationInMinutes: 5,
        Targets: [{ ContactTargetInfo: { ContactId: arn('contact', 'primary'), IsEssential: false } }],
      },
      {
        DurationInMinutes: 10,
        Targets: [{ ContactTargetInfo: { ContactId: arn('contact', 'dee'), IsEssential: true } }],
      },
    ],
  },
};
const plan = (...documents: unknown[]) => planIncidentManager([...base, escalation, ...documents], NOW);
const written = (made: ReturnType<typeof plan>, path: string) =>
  parse(made.files.find((file) => file.path === path)!.text);
const layers = (made: ReturnType<typeof plan>) => written(made, 'rotas/payments-primary.yaml').layers;

describe('an export of Incident Manager', () => {
  const made = plan(schedule('week'), rotation('week', ['amira', 'ben'], monday), {
    arn: 'arn:aws:ssm-incidents::111122223333:response-plan/payments-api',
    name: 'payments-api',
    engagements: [arn('contact', 'payments')],
    incidentTemplate: { title: 'Payments', impact: 2, summary: 'The payments API' },
    actions: [{ ssmAutomation: {} }],
  });

  it('becomes a catalogue that compiles', () => {
    const { catalogue, findings } = lintFiles(made.files, NOW);
    expect(findings.filter(({ level }) => level === 'error')).toEqual([]);
    expect(catalogue?.services['payments-api']?.policy).toBe('payments');
  });

  it("a person's engagement plan becomes their rules, their channels their contact", () => {
    expect(written(made, 'people/amira.yaml')).toMatchObject({
      contact: { phone: '+447700900001', email: 'amira@example.gov.uk' },
      rules: { high: [{ sms: '0m' }, { voice: '3m' }] },
    });
  });

  it("a stage's duration, which is until the next, becomes the next step's after", () => {
    expect(written(made, 'policies/payments.yaml').steps).toEqual([
      { notify: ['rota:payments-primary'] },
      { after: '5m', notify: ['person:dee'] },
    ]);
    expect(made.audit.some((line) => line.includes('essential contact'))).toBe(true);
  });

  it('automation and impact of a response plan are named as lost', () => {
    expect(made.lost.filter((line) => line.startsWith('Response plan payments-api'))).toHaveLength(2);
  });
});

describe('rotations', () => {
  it('by the week keep their hand-off on the wall clock', () => {
    expect(layers(plan(schedule('week'), rotation('week', ['amira', 'ben'], monday)))).toEqual([
      { name: 'week', people: ['amira', 'ben'], starts: '2026-10-05T09:00', every: '1 week' },
    ]);
  });

  it('that began within a period count from its hand-off', () => {
    const late = rotation('week', ['amira', 'ben'], monday, '2026-10-08T14:00:00+01:00');
    expect(layers(plan(schedule('week'), late))[0].starts).toBe('2026-10-05T09:00');
  });

  it('may give their start as epoch seconds', () => {
    const seconds = rotation('week', ['amira'], monday, Date.parse('2026-10-05T08:00:00Z') / 1000);
    expect(layers(plan(schedule('week'), seconds))[0].starts).toBe('2026-10-05T09:00');
  });

  it('by the month begin on their day', () => {
    const month = { MonthlySettings: [{ DayOfMonth: 3, HandOffTime: at(9) }], RecurrenceMultiplier: 2 };
    expect(layers(plan(schedule('m'), rotation('m', ['amira', 'ben'], month)))[0]).toMatchObject({
      starts: '2026-10-03T09:00',
      every: '2 months',
    });
  });

  it('with coverage are active only then', () => {
    const covered = {
      ...monday,
      ShiftCoverages: { MON: [{ Start: at(9), End: at(17) }], TUE: [{ Start: at(9), End: at(17) }] },
    };
    expect(layers(plan(schedule('week'), rotation('week', ['amira'], covered)))[0].active).toEqual([
      { days: ['mon', 'tue'], from: '09:00', to: '17:00' },
    ]);
  });

  it('with two hand-offs a week become a layer for each part, and the turns go on through them', () => {
    const twice = {
      WeeklySettings: [
        { DayOfWeek: 'MON', HandOffTime: at(9) },
        { DayOfWeek: 'FRI', HandOffTime: at(17) },
      ],
    };
    const made = plan(schedule('t'), rotation('t', ['amira', 'ben', 'chidi'], twice), {
      RotationShifts: [
        ['2026-11-23T09:00:00Z', '2026-11-27T17:00:00Z', 'chidi'],
        ['2026-11-27T17:00:00Z', '2026-11-30T09:00:00Z', 'amira'],
        ['2026-11-30T09:00:00Z', '2026-12-04T17:00:00Z', 'ben'],
        ['2026-12-04T17:00:00Z', '2026-12-07T09:00:00Z', 'chidi'],
      ].map(([StartTime, EndTime, who]) => ({
        ContactIds: [arn('contact', who!)],
        StartTime,
        EndTime,
        Type: 'REGULAR',
      })),
    });
    expect(layers(made).map(({ people: turns }: { people: string[] }) => turns)).toEqual([
      ['amira', 'chidi', 'ben'],
      ['ben', 'amira', 'chidi'],
    ]);
    // Seven weeks after 5 October the fifteenth turn begins: it is chidi's.
    expect(made.proof[0]).toMatchObject({ agreedHours: 336, differences: [] });
  });

  it('with two at once become rotas side by side, of which the proof says whether they are right', () => {
    const made = plan(schedule('two'), rotation('two', people, { ...monday, NumberOfOnCalls: 2 }));
    expect(written(made, 'rotas/payments-primary-two-1.yaml').layers[0].people).toEqual([
      'amira',
      'chidi',
      'amira',
      'chidi',
    ]);
    expect(written(made, 'rotas/payments-primary-two-2.yaml').layers[0].people).toEqual(['ben', 'dee', 'ben', 'dee']);
    expect(made.audit.some((line) => line.includes('2 at once'))).toBe(true);
  });

  it('that no layer can say are named', () => {
    const odd = { DailySettings: [at(9), at(21)], RecurrenceMultiplier: 3 };
    const made = plan(schedule('odd'), rotation('odd', ['amira'], odd));
    expect(made.lost.some((line) => line.includes('odd: its hand-offs (2 in every 3 day)'))).toBe(true);
  });
});

it('shifts of one of several rotations want its ARN beside them', () => {
  const day = { ...monday, ShiftCoverages: { MON: [{ Start: at(9), End: at(17) }] } };
  const shifts = {
    RotationShifts: [
      { ContactIds: [arn('contact', 'amira')], StartTime: '2026-11-23T09:00:00Z', EndTime: '2026-11-24T09:00:00Z' },
    ],
  };
  const two = [schedule('a', 'b'), rotation('a', ['amira'], day), rotation('b', ['ben'], monday)];
  expect(plan(...two, shifts).proof).toEqual([]);
  const named = ['a', 'b'].map((name) => ({ RotationArn: arn('rotation', name), ...shifts }));
  expect(plan(...two, ...named).proof).toHaveLength(1);
});

it.each([[42], [{ unheard: 'of' }]])('refuses %j with a sentence', (document) => {
  expect(() => planIncidentManager([document], NOW)).toThrow(/no answer of Incident Manager/);
});
