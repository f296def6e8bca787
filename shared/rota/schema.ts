/**
 * The shape of a rota as people write it; each message says what to write. What a shape cannot say (dates that do not exist,
 * an end before its start) is in `check.ts`.
 */
import * as v from 'valibot';
import { described, formed, list, MAX_TEXT, text } from '../written/shapes.ts';
import { fields } from '../written/written.ts';
import { CALENDAR_NAMES } from './holidays.ts';
import { DATE_FORM, TIME_FORM, WALL_FORM } from './wall.ts';

export const DAY_KINDS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun', 'holiday'] as const;

export const LIMITS = { layers: 50, people: 500, windows: 100, overrides: 5000, holidays: 2000, text: MAX_TEXT };

const EVERY_FORM = /^[0-9]+ (hour|day|week|month|shift)s?$/;

const WALL_MEND = "Write a date and time on the rota's own wall clock, like 2026-01-05T09:00.";
const wall = formed(WALL_FORM, WALL_MEND);
const person = text('Write the id of a person.');

const FROM_MEND = 'Write a time from "00:00" to "23:59", in quotes.';
const TO_MEND = 'Write a time from "00:00" to "23:59", or "24:00" for the end of the day, in quotes.';
const TO_FORM = /^(?:(?:[01]\d|2[0-3]):[0-5]\d|24:00)$/;
const DAYS_MEND = `Write one or more of ${DAY_KINDS.join(', ')}; leave days out for every date.`;

const windowSchema = fields({
  days: v.optional(
    described(
      list(v.picklist(DAY_KINDS, DAYS_MEND), 8, DAYS_MEND),
      'The kinds of date on which it opens; without it, every date.',
    ),
  ),
  from: described(formed(TIME_FORM, FROM_MEND), 'When it opens, wall time.'),
  to: described(formed(TO_FORM, TO_MEND), 'When it closes, wall time; on the next date if it is not later than from.'),
});

const ACTIVE_MEND =
  'Write a list of windows such as { days: [mon], from: "09:00", to: "17:30" }; leave active out for always.';
const EVERY_MEND = 'Write a whole number and a unit: 12 hours, 1 day, 2 weeks, 1 month or 1 shift.';

const SOURCE_MEND = 'Write the path of an .ics file in the catalogue, like calendars/payments.ics.';

/** What a layer that takes turns must have, with what to write. */
export const TURN_MENDS = {
  people: 'Write the ids of people in the order of their turns, like [amira, ben].',
  starts: WALL_MEND,
  every: EVERY_MEND,
};

const layerSchema = fields({
  name: v.optional(described(text('Write a name.'), 'What people call this layer, such as office hours.')),
  people: v.optional(
    described(
      list(person, LIMITS.people, TURN_MENDS.people),
      'Ids of people in rotation order; a person may stand in it more than once.',
    ),
  ),
  starts: v.optional(described(wall, "When the first person's first shift begins, wall time.")),
  every: v.optional(
    described(formed(EVERY_FORM, EVERY_MEND), 'How long a turn is: N hours, days, weeks, months or shifts.'),
  ),
  source: v.optional(
    described(
      fields({
        ical: described(
          formed(/^[A-Za-z0-9][A-Za-z0-9._/-]*\.ics$/, SOURCE_MEND),
          'The calendar, a file of the catalogue: events whose title is a person.',
        ),
        url: v.optional(
          described(
            formed(/^https:\/\/[^\s]+$/, 'Write an https: address, or leave url out.'),
            'Where `pageturner calendars` fetches it from.',
          ),
        ),
      }),
      'A calendar in place of people, starts and every.',
    ),
  ),
  until: v.optional(described(wall, 'From then on the layer is silent, wall time.')),
  active: v.optional(
    described(list(windowSchema, LIMITS.windows, ACTIVE_MEND), 'When the layer is active; without it, always.'),
  ),
});

const overrideSchema = fields({
  person: described(person, 'Who is on call instead.'),
  from: described(wall, 'From when, wall time.'),
  to: described(wall, 'Until when, wall time.'),
  instead_of: v.optional(described(person, 'Only where this person would be on call; without it, anybody who is.')),
});

const HOLIDAYS_MEND = `Write ${CALENDAR_NAMES.join(', ')}, or a list of dates like [2026-12-25].`;
export const holidaysSchema = v.union(
  [v.picklist(CALENDAR_NAMES), v.pipe(v.array(v.pipe(v.string(), v.regex(DATE_FORM))), v.maxLength(LIMITS.holidays))],
  HOLIDAYS_MEND,
);

export const rotaSchema = fields({
  name: v.optional(described(text('Write a name.'), 'The name by which policies call it: rota:NAME.')),
  time_zone: described(
    v.string('Write an IANA time zone, like Europe/London.'),
    'IANA name, like Europe/London; every time in this file is a wall-clock time there.',
  ),
  holidays: v.optional(described(holidaysSchema, 'Which dates are holidays: a calendar or a list of dates.')),
  hand_over_notice: v.optional(
    described(
      v.boolean('Write true or false.'),
      'The person who takes over is told, with how many incidents are open. Without it, nobody is.',
    ),
  ),
  layers: v.optional(
    described(
      v.pipe(
        v.array(layerSchema, 'Write a list of layers.'),
        v.maxLength(LIMITS.layers, `Write at most ${LIMITS.layers} layers.`),
      ),
      'Who takes turns when; a later layer goes before an earlier one.',
    ),
  ),
  overrides: v.optional(
    described(
      v.pipe(
        v.array(overrideSchema, 'Write a list of overrides.'),
        v.maxLength(LIMITS.overrides, `Keep at most ${LIMITS.overrides} overrides: delete the old ones.`),
      ),
      'Exceptions, applied in order.',
    ),
  ),
});
