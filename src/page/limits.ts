/** A page that brings its capture with it holds it whole up to so many frames and octets. */
export const MOST_FRAMES = 20_000;
export const MOST_OCTETS = 16 << 20;
