/** A kind of fact, and its values in the order in which the headers tell them. */
export type Facts = ReadonlyMap<string, readonly string[]>;
export function factsOfText(text: string): Facts[];
export function factsOfPacket(packet: unknown): Facts;
export function includes(ours: readonly string[], theirs: readonly string[]): boolean;
