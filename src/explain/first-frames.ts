/**
 * In which frame each event of each connection was explained first. A capture may have a million connections with a
 * dozen events each: they are numbers in one array, a chain of entries for each connection.
 */
export class FirstFrames {
  /** By connection: one more than the number of its newest entry; 0 for none. */
  private newest: Int32Array = new Int32Array(1024);
  /** Of each entry its event, its frame, and one more than the number of the next older entry of its connection. */
  private entries: Int32Array = new Int32Array(FIELDS * 1024);
  private count = 0;

  /** The frame of the first time, which is `frame` when that is now. */
  of(connection: number, event: number, frame: number): number {
    if (connection >= this.newest.length) this.newest = grown(this.newest, connection + 1);
    const { newest, entries } = this;
    for (let entry = newest[connection]!; entry !== 0; ) {
      const at = (entry - 1) * FIELDS;
      if (entries[at] === event) return entries[at + 1]!;
      entry = entries[at + 2]!;
    }
    this.add(connection, event, frame);
    return frame;
  }

  private add(connection: number, event: number, frame: number): void {
    const at = this.count * FIELDS;
    if (at === this.entries.length) this.entries = grown(this.entries, at + FIELDS);
    this.entries[at] = event;
    this.entries[at + 1] = frame;
    this.entries[at + 2] = this.newest[connection]!;
    this.newest[connection] = ++this.count;
  }
}

function grown(array: Int32Array, least: number): Int32Array {
  const larger = new Int32Array(Math.max(least, array.length * 2));
  larger.set(array);
  return larger;
}

const FIELDS = 3;
