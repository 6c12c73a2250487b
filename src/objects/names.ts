import { numberedName } from './file-name.ts';

/** Names that are given once each, as a file system sees them that does not tell small from capital letters. */
export class Names {
  private readonly taken = new Set<string>();
  /** By a name's key: the number that was given last. */
  private readonly numbers = new Map<string, number>();

  add(name: string): void {
    this.taken.add(keyOf(name));
  }

  /** A name that nothing has, made of this one. */
  nameFor(wanted: string): string {
    const key = keyOf(wanted);
    let name = wanted;
    for (let number = this.numbers.get(key) ?? 1; this.taken.has(keyOf(name)); ) {
      name = numberedName(wanted, ++number);
      this.numbers.set(key, number);
    }
    this.add(name);
    return name;
  }
}

/** Some file systems take names for one that differ in case, or in how characters are put together. */
const keyOf = (name: string): string => name.normalize('NFKC').toUpperCase().toLowerCase();
