/** `207,064`: a count with its thousands set off, as English and Korean write it. */
export const grouped = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ',');
