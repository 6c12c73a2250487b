/*
 *    0                   1                   2                   3
 *    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *   +---------------------------------------------------------------+
 *   |                          Block Type                           |
 *   |                      Block Total Length                       |   draft-ietf-opsawg-pcapng §3.1
 *   /                          Block Body                           /
 *   /              variable length, padded to 32 bits               /
 *   |                      Block Total Length                       |
 *   +---------------------------------------------------------------+
 *   Enhanced Packet Block, §4.3: body
 *   |                         Interface ID                          |
 *   |                        Timestamp (High)                       |
 *   |                        Timestamp (Low)                        |
 *   |                    Captured Packet Length                     |
 *   |                    Original Packet Length                     |
 *   /                          Packet Data                          /
 *   /                          Options                              /
 */

export const SECTION_HEADER = 0x0a0d0d0a;
export const INTERFACE_DESCRIPTION = 1;
export const OBSOLETE_PACKET = 2;
export const SIMPLE_PACKET = 3;
export const NAME_RESOLUTION = 4;
export const INTERFACE_STATISTICS = 5;
export const ENHANCED_PACKET = 6;
export const DECRYPTION_SECRETS = 10;
const CUSTOM = 0xbad;
const CUSTOM_NOT_COPIED = 0x40000bad;

export const BYTE_ORDER_MAGIC = 0x1a2b3c4d;

/* Codes of options: in every block, in section headers, interfaces, packets and statistics; kinds of name records. */
export const OPT_END = 0;
export const OPT_COMMENT = 1;
export const SHB_HARDWARE = 2;
export const SHB_OS = 3;
export const SHB_APPLICATION = 4;
export const IF_NAME = 2;
export const IF_DESCRIPTION = 3;
export const IF_TSRESOL = 9;
export const IF_FILTER = 11;
export const IF_OS = 12;
export const IF_FCSLEN = 13;
export const IF_TSOFFSET = 14;
export const IF_HARDWARE = 15;
export const EPB_FLAGS = 2;
export const EPB_DROPCOUNT = 4;
export const ISB_IFRECV = 4;
export const ISB_IFDROP = 5;
export const ISB_OSDROP = 7;
export const NRB_IPV4 = 1;
export const NRB_IPV6 = 2;

export const isPacket = (type: number): boolean =>
  type === ENHANCED_PACKET || type === SIMPLE_PACKET || type === OBSOLETE_PACKET;
export const isCustom = (type: number): boolean => type === CUSTOM || type === CUSTOM_NOT_COPIED;
/** Blocks that this reader looks into; all others are passed over by their length. */
export const isRead = (type: number): boolean =>
  (type >= INTERFACE_DESCRIPTION && type <= ENHANCED_PACKET) ||
  type === DECRYPTION_SECRETS ||
  type === SECTION_HEADER ||
  isCustom(type);

/** Where a packet block's frame begins. */
export const dataOffset = (type: number): number => (type === SIMPLE_PACKET ? 12 : 28);

const BLOCK_NAMES: Readonly<Record<number, string>> = {
  [SECTION_HEADER]: 'a Section Header Block',
  [INTERFACE_DESCRIPTION]: 'an Interface Description Block',
  [OBSOLETE_PACKET]: 'a Packet Block',
  [SIMPLE_PACKET]: 'a Simple Packet Block',
  [NAME_RESOLUTION]: 'a Name Resolution Block',
  [INTERFACE_STATISTICS]: 'an Interface Statistics Block',
  [ENHANCED_PACKET]: 'an Enhanced Packet Block',
  [CUSTOM]: 'a Custom Block',
  [CUSTOM_NOT_COPIED]: 'a Custom Block',
  [DECRYPTION_SECRETS]: 'a Decryption Secrets Block',
};

/** As a fault names it. */
export const blockName = (type: number): string =>
  BLOCK_NAMES[type] ?? `a block of type 0x${type.toString(16).padStart(8, '0')}`;
