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
class FcsVote {
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

  /** Counts what a frame's own octets show. */
  count(evidence: Evidence): void {
    if (evidence === 'right') this.right++;
    else if (evidence === 'wrong' || evidence === 'failing') this.wrong++;
    else if (evidence === 'no room') this.withoutRoom++;
  }

  /** Octets of FCS at the end of this frame: 4, 0, or -1 when nobody knows. `counted`: it has had its vote. */
  decide(frame: Frame, counted: boolean): number {
    // The CRC of a whole frame costs more than all else that a reader does: after enough of them the finding stands.
    const settled = this.right + this.wrong >= ENOUGH;
    if (settled && this.verdict === 'absent') return 0;
    const evidence = evidenceOf(frame, !settled || this.verdict !== 'present' || this.withoutRoom > 0);
    if (!settled && !counted) this.count(evidence);
    if (evidence === 'right') return FCS;
    if (evidence === 'no room') return 0;
    const { verdict } = this;
    if (verdict !== 'present') return verdict === 'absent' ? 0 : -1;
    // Among frames without FCS, one that fails is a damaged one only if its packet left room for the four octets.
    return this.withoutRoom === 0 || evidence === 'wrong' ? FCS : -1;
  }
}

/**
 * What a frame's own octets show. `wrong`: its packet ends before the last four octets, and they are not the CRC;
 * `failing`: the same, but where the packet ends is not known; `mute`: the end was not captured, or nobody looked.
 */
type Evidence = 'right' | 'wrong' | 'failing' | 'no room' | 'mute';

function evidenceOf(frame: Frame, withCrc: boolean): Evidence {
  const { bytes, start, capturedLength } = frame;
  if (capturedLength < frame.wireLength || capturedLength < ETHERNET_HEADER + FCS) return 'mute';
  const end = start + capturedLength;
  const packetEnd = endOfPacket(bytes, start, end);
  if (packetEnd > end - FCS && packetEnd <= end) return 'no room';
  // Without an FCS 60 octets are the least; some devices send a CRC of their own making inside them, which is no FCS.
  if (capturedLength < SMALLEST_WITH_FCS) return 'no room';
  if (!withCrc) return 'mute';
  if (crc32(bytes, start, end - FCS) === fcsAt(bytes, end - FCS)) return 'right';
  return packetEnd > 0 && packetEnd <= end ? 'wrong' : 'failing';
}

const FCS = 4;
const ETHERNET_HEADER = 14;
/** IEEE 802.3 §3.2.7: minFrameSize. */
const SMALLEST_WITH_FCS = 64;
const ENOUGH = 200;
/** No link on which this many frames in a row are damaged hands over anything worth capturing. */
const ENOUGH_WRONG = 8;

/**
 * Where the packet inside says that it ends, or 0: a packet that reaches into the last four octets leaves no room for an
 * FCS. Only the length fields of what Ethernet carries most are looked at; for the rest the CRC alone speaks.
 */
function endOfPacket(bytes: Uint8Array, start: number, end: number): number {
  let at = start + 12;
  let type = u16(bytes, at);
  while ((type === TYPE_VLAN || type === TYPE_SERVICE_VLAN) && at + 6 <= end) {
    at += 4;
    type = u16(bytes, at);
  }
  const length = packetLength(bytes, type, at + 2, end);
  return length === 0 ? 0 : at + 2 + length;
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
  /** The frames up to this one have voted before they were read. */
  private lookedAhead = 0;

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
      if (frame.fcsLength === -1)
        frame.fcsLength = this.vote(frame.interfaceId).decide(frame, frame.number <= this.lookedAhead);
      return;
    }
    frame.fcsLength = this.choice === 'present' ? FCS : 0;
  }

  /** Lets the frames vote that are at hand, before the first of them is judged. Reads none of them away. */
  lookAhead(block: Block): void {
    if (this.choice !== 'auto' || block.at === block.end) return;
    const reader = new CaptureReader(new Block(block.bytes.subarray(block.at, block.end)));
    const frame = new Frame();
    while (this.lookedAhead < LOOK_AHEAD_FRAMES && reader.next(frame)) this.look(frame);
  }

  /** Gives one frame its vote before it is read. */
  look(frame: Frame): void {
    this.lookedAhead++;
    if (this.choice !== 'auto' || frame.linkType !== LINKTYPE_ETHERNET || frame.fcsLength !== -1) return;
    this.vote(frame.interfaceId).count(evidenceOf(frame, true));
  }

  private vote(interfaceId: number): FcsVote {
    this.votes[interfaceId] ??= new FcsVote();
    return this.votes[interfaceId];
  }
}

const LOOK_AHEAD_FRAMES = 1000;
