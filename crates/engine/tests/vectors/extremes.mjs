/** Material of forged messages: unpacked tables, and members at their extremes. */

/** An unpacked table with the given members. */
export const make = (Table, members = {}) =>
  Object.assign(new Table(), members);

/** The values of an enum, whose class has their names, too. */
export const values = (names) =>
  Object.values(names).filter((value) => typeof value === 'number');

export const NOW = 1700000000123n;
export const HUGE = 2n ** 64n - 1n;
export const NOT_UTF8 = new Uint8Array([
  0x61, 0xff, 0xe2, 0x82, 0x62, 0xc3, 0xa9,
]);
