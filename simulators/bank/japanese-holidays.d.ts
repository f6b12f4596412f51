// What this folder uses of `japanese-holidays`, which ships no types.
declare module 'japanese-holidays' {
  const holidays: {
    /** Holidays of a year, substitute holidays included. */
    getHolidaysOf(year: number): { month: number; date: number; name: string }[];
  };
  export default holidays;
}
