import { u16 } from '../core/bytes.ts';
import { crc32, fcsAt } from '../core/checksum.ts';
import { Frame } from '../core/frame.ts';
import { Block } from './block.ts';
import { CaptureReader } from './reader.ts';

/** Whether Ethernet frames end with an FCS when the file is silent: what was found, and from how many frames. */
export interface FcsFinding {
  readonly verdict: 'present' | 'absent' | 'unknown';
  /** Frames whose last four octets are the CRC-32 of the rest. */
  readonly right: number;
  /** Frames with room for an FCS whose last four octets are something else. */
  readonly wrong: number;
  /** Frames without room: the packet reaches to the last octet, or there are fewer octets than a frame with FCS has. */
  readonly withoutRoom: number;
}

/** How the reader is to take the ends of Ethernet frames: as voted, or as the person who asks knows it. */
export type FcsChoice = 'auto' | 'present' | 'absent';

/**
 * The vote of one interface. Four octets are the right CRC by chance once in 2^32 frames, so that one right frame is
 * proof that the interface hands over FCSs; the question is then what the frames are that fail. Damaged frames are rare
 * on any link that works, while trailers and padding of drivers come with every frame of a kind. So:
 *
 * - present: some are right, and at least as many as fail. Those that fail are damaged.
 * - absent: none is right, and one had no room at all or enough failed. A trailer is then a trailer.
 * - unknown: too little seen, or right ones in a minority. Then only a right CRC is called an FCS.
 *
 * Frames that a host sends itself are recorded before its network card adds the FCS. They show in a capture with FCSs as
 * frames without room, and are told apart one by one.
 */
export class FcsVote {
  private right = 0;
  private wrong = 0;
  private withoutRoom = 0;

  get finding(): FcsFinding {
    const { right, wrong, withoutRoom } = this;
    return { verdict: this.verdict, right, wrong, withoutRoom };
  }

  get verdict(): FcsFinding['verdict'] {
    if (this.right > 0) return this.right >= this.wrong ? 'present' : 'unknown';
    return this.withoutRoom > 0 || this.wrong >= ENOUGH_WRONG ? 'absent' : 'unknown';
  }

  /** Enough was seen: what comes later is judged by what was found. */
  get settled(): boolean {
    return this.right + this.wrong >= ENOUGH || this.withoutRoom >= ENOUGH_WITHOUT_ROOM;
  }

  /** Counts a frame, and answers whether its own octets show an FCS: 4, 0, or -1 when they do not tell. */
  count(frame: Frame): number {
    const { bytes, start, capturedLength } = frame;
    if (capturedLength < frame.wireLength || capturedLength < ETHERNET_HEADER + FCS) return -1;
    const end = start + capturedLength;
    if (packetReachesEnd(bytes, start, end)) {
      this.withoutRoom++;
      return 0;
    }
    if (crc32(bytes, start, end - FCS) === fcsAt(bytes, end - FCS)) {
      this.right++;
      return FCS;
    }
    if (capturedLength < SMALLEST_WITH_FCS) {
      this.withoutRoom++;
      return 0;
    }
    this.wrong++;
    return -1;
  }

  /** Octets of FCS at the end of this frame: 4, 0, or -1 when nobody knows. */
  decide(frame: Frame): number {
    const settled = this.settled;
    if (settled && this.verdict === 'absent') return 0;
    const own = settled ? new FcsVote().count(frame) : this.count(frame);
    if (own >= 0) return own;
    const { verdict } = this;
    return verdict === 'present' ? FCS : verdict === 'absent' ? 0 : -1;
  }
}

const FCS = 4;
const ETHERNET_HEADER = 14;
/** IEEE 802.3 §3.2.7: minFrameSize. */
const SMALLEST_WITH_FCS = 64;
const ENOUGH = 200;
const ENOUGH_WITHOUT_ROOM = 200;
/** No link on which this many frames in a row are damaged hands over anything worth capturing. */
const ENOUGH_WRONG = 8;

/**
 * True when the packet inside says that it reaches into the last four octets of the frame, so that no FCS can be there.
 * Only the length fields of what Ethernet carries most are looked at; for the rest the CRC alone speaks.
 */
function packetReachesEnd(bytes: Uint8Array, start: number, end: number): boolean {
  let at = start + 12;
  let type = u16(bytes, at);
  while ((type === TYPE_VLAN || type === TYPE_SERVICE_VLAN) && at + 6 <= end) {
    at += 4;
    type = u16(bytes, at);
  }
  const payload = at + 2;
  const length = packetLength(bytes, type, payload, end);
  const packetEnd = payload + length;
  return length > 0 && packetEnd > end - FCS && packetEnd <= end;
}

function packetLength(bytes: Uint8Array, type: number, payload: number, end: number): number {
  if (type === TYPE_IPV4 && payload + 4 <= end) return u16(bytes, payload + 2);
  if (type === TYPE_IPV6 && payload + 6 <= end) return u16(bytes, payload + 4) + IPV6_HEADER;
  if (type === TYPE_ARP && payload + 6 <= end) return 8 + 2 * (bytes[payload + 4]! + bytes[payload + 5]!);
  return type <= LARGEST_LENGTH ? type : 0;
}

const TYPE_IPV4 = 0x0800;
const TYPE_ARP = 0x0806;
const TYPE_VLAN = 0x8100;
const TYPE_IPV6 = 0x86dd;
const TYPE_SERVICE_VLAN = 0x88a8;
const IPV6_HEADER = 40;
/** Up to here the type field is a length (IEEE 802.3 §3.2.6). */
const LARGEST_LENGTH = 1500;

const LINKTYPE_ETHERNET = 1;

/** Sets `frame.fcsLength` where the file says nothing: one vote an interface. */
export class FcsJudge {
  private readonly choice: FcsChoice;
  private readonly votes: FcsVote[] = [];

  constructor(choice: FcsChoice) {
    this.choice = choice;
  }

  /** What was found on each interface that had undeclared Ethernet frames, by interface index. */
  get findings(): readonly (FcsFinding | undefined)[] {
    return this.votes.map((vote) => vote?.finding);
  }

  judge(frame: Frame): void {
    if (frame.linkType !== LINKTYPE_ETHERNET) return;
    if (this.choice === 'auto') {
      if (frame.fcsLength === -1) frame.fcsLength = this.vote(frame.interfaceId).decide(frame);
      return;
    }
    frame.fcsLength = this.choice === 'present' ? FCS : 0;
  }

  /** Lets the frames vote that are at hand, before the first of them is judged. Reads none of them away. */
  lookAhead(block: Block): void {
    if (this.choice !== 'auto' || block.at === block.end) return;
    const reader = new CaptureReader(new Block(block.bytes.subarray(block.at, block.end)));
    const frame = new Frame();
    for (let frames = 0; frames < LOOK_AHEAD_FRAMES && reader.next(frame); frames++) {
      if (frame.linkType !== LINKTYPE_ETHERNET || frame.fcsLength !== -1) continue;
      const vote = this.vote(frame.interfaceId);
      if (!vote.settled) vote.count(frame);
    }
  }

  private vote(interfaceId: number): FcsVote {
    this.votes[interfaceId] ??= new FcsVote();
    return this.votes[interfaceId];
  }
}

const LOOK_AHEAD_FRAMES = 1000;
