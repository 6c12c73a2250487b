/** A page that brings its capture with it holds it whole up to so many frames and octets. */
export const MOST_FRAMES = 20_000;
export const MOST_OCTETS = 16 << 20;

/** Of a longer capture the page holds what it is as a whole, and so many frames, … */
export const MOST_DETAILS = 1500;
/** … connections with their pictures, … */
export const MOST_PICTURES = 8;
/** … and journeys. */
export const MOST_JOURNEYS = 50;
