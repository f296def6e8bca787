import { expect, test } from 'vitest';
import { CALENDAR_NAMES, calendarEnd, holidayDays, holidayName } from '../../shared/rota/holidays.ts';

test('the calendars of the United Kingdom are there by the names people write', () => {
  expect(CALENDAR_NAMES).toEqual(['england-and-wales', 'scotland', 'northern-ireland']);
});

test('a holiday has a name in a calendar and none in a list of dates', () => {
  expect(holidayName('england-and-wales', '2026-12-28')).toBe('Boxing Day');
  expect(holidayName('scotland', '2026-04-06')).toBeUndefined();
  expect(holidayName(['2026-12-28'], '2026-12-28')).toBeUndefined();
});

test('a list of dates is sorted and each date counts once', () => {
  expect(holidayDays(['1970-01-03', '1970-01-02', '1970-01-03'])).toEqual([1, 2]);
  expect(holidayDays(undefined)).toEqual([]);
});

test('a calendar says nothing from the year after its last date on; a list is complete', () => {
  expect(calendarEnd('england-and-wales')).toBe(Date.UTC(2029, 0, 1));
  expect(calendarEnd(['2026-12-25'])).toBeUndefined();
});
