/** `207,064`: a count with its thousands set off, as English and Korean write it. */
export const grouped = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ',');

/** `42%`, `0.5%`, `<0.1%`: a part of a whole. */
export const share = (part: number, whole: number): string => {
  const percent = (100 * part) / whole;
  return percent > 0 && percent < 0.1 ? '<0.1%' : `${percent.toFixed(percent >= 10 ? 0 : 1)}%`;
};

/** The first of several names, and whether there are `more`. */
export const listed = (names: readonly string[], more: number): string => `${names.join(', ')}${more > 0 ? ', …' : ''}`;
