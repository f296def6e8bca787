import { expect, test } from 'vitest';
import { CALENDAR_NAMES, calendarEnd, holidayDays } from '../../shared/rota/holidays.ts';

test('the calendars of the United Kingdom are there by the names people write', () => {
  expect(CALENDAR_NAMES).toEqual(['england-and-wales', 'scotland', 'northern-ireland']);
});

test('a list of dates is sorted and each date counts once', () => {
  expect(holidayDays(['1970-01-03', '1970-01-02', '1970-01-03'])).toEqual([1, 2]);
  expect(holidayDays(undefined)).toEqual([]);
});

test('a calendar says nothing from the year after its last date on; a list is complete', () => {
  expect(calendarEnd('england-and-wales')).toBe(Date.UTC(2029, 0, 1));
  expect(calendarEnd(['2026-12-25'])).toBeUndefined();
});
