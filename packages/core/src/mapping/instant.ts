const RFC_3339 =
  /^(\d{4})-(0[1-9]|1[0-2])-(\d{2})T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

/**
 * Unix milliseconds of an RFC 3339 §5.6 date-time, or null where it is none. Stricter than `Date.parse`, which turns
 * 30 February into 2 March and reads a time without an offset as the server's own. A leap second is refused.
 */
export function parseInstantMs(text: string): number | null {
  const [, year, month, day] = RFC_3339.exec(text) ?? [];
  const dayOfMonth = Number(day);
  if (!(dayOfMonth >= 1 && dayOfMonth <= daysInMonth(Number(year), Number(month)))) return null;
  return Date.parse(text);
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}
