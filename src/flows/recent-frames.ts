/** Packets remembered at the most. */
const MOST = 65_536;
const SLOT_BITS = 17;
const SLOTS = 1 << SLOT_BITS;

/**
 * The last frame that carried something, by a number that stands for it: a whole one up to 2^53. A hash table with open
 * addressing, which is asked for every packet; once it is full, it begins anew.
 */
export class RecentFrames {
  private readonly keys = new Float64Array(SLOTS);
  /** 0 where there is none. */
  private readonly frames = new Int32Array(SLOTS);
  private count = 0;

  /** The frame, or 0. */
  get(key: number): number {
    return this.frames[this.slotOf(key)]!;
  }

  set(key: number, frame: number): void {
    if (this.count === MOST) {
      this.frames.fill(0);
      this.count = 0;
    }
    const slot = this.slotOf(key);
    if (this.frames[slot] === 0) this.count++;
    this.keys[slot] = key;
    this.frames[slot] = frame;
  }

  /** Where the number stands, or would. */
  private slotOf(key: number): number {
    const { keys, frames } = this;
    let slot = Math.imul(key | 0, 0x9e3779b1) >>> (32 - SLOT_BITS);
    while (frames[slot] !== 0 && keys[slot] !== key) slot = (slot + 1) & (SLOTS - 1);
    return slot;
  }
}
