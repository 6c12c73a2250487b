import { u8, u32 } from '../core/bytes.ts';
import type { Layer } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';
import { addressText } from '../flows/address-evidence.ts';
import { hardwareAddressAt, messageType, optionAt, optionOf, yourAddressAt } from '../protocols/dhcp.ts';
import { LEASE_TIME, messageName, NAME_SERVER, ROUTER, SERVER_ID } from '../protocols/dhcp-options.ts';
import { type Moment, momentOf } from './journey.ts';

/** Leases that are remembered, and messages of one. */
const MOST = 1 << 12;
const MOST_MESSAGES = 16;

const OFFER = 2;
const DISCOVER = 1;
const REQUEST = 3;
const ACK = 5;
const RELEASE = 7;
const INFORM = 8;

/** How one host got its address. */
export interface Lease {
  readonly client: string;
  readonly first: Moment;
  last: Moment;
  readonly messages: { readonly name: string; readonly frame: number }[];
  acknowledged: Moment | null;
  server: string | null;
  address: string | null;
  router: string | null;
  resolver: string | null;
  seconds: number | null;
  used: number;
  wanted: boolean;
}

/** Who got which IPv4 address of whom. */
export class AddressLeases {
  /** By MAC address of the client: the one at hand. */
  private readonly open = new Map<string, Lease>();
  private readonly byAddress = new Map<string, Lease>();
  private readonly all = new Set<Lease>();

  /** In the order in which they began. */
  [Symbol.iterator](): Iterator<Lease> {
    return this.all.values();
  }

  /** How this address was got; null where that was not captured. */
  of(address: string): Lease | null {
    return this.byAddress.get(address) ?? null;
  }

  /** Takes a message of DHCP in. `wanted`: this packet was asked for. */
  message(dhcp: Layer, packet: Packet, wanted: boolean): void {
    const type = messageType(dhcp);
    // Who gives an address back, or asks for options only (RFC 2131 §4.4.4, §3.4), gets none.
    const isGiven = type !== ACK || u32(dhcp.bytes, yourAddressAt(dhcp)) !== 0;
    if (type === 0 || type === RELEASE || type === INFORM || !isGiven) return;
    const client = addressText('mac', dhcp.bytes, hardwareAddressAt(dhcp));
    const lease = this.leaseFor(client, type, packet);
    if (lease === null) return;
    lease.last = momentOf(packet);
    lease.wanted ||= wanted;
    if (lease.messages.length < MOST_MESSAGES) {
      lease.messages.push({ name: messageName(type), frame: packet.frame.number });
    }
    if (type === OFFER || type === ACK) terms(lease, dhcp);
    if (type !== ACK) return;
    lease.acknowledged ??= momentOf(packet);
    this.byAddress.set(lease.address!, lease);
  }

  private leaseFor(client: string, type: number, packet: Packet): Lease | null {
    const known = this.open.get(client);
    const begins = type === DISCOVER || type === REQUEST;
    if (known !== undefined && !(begins && known.acknowledged !== null)) return known;
    if (this.all.size >= MOST) return null;
    const first = momentOf(packet);
    const lease: Lease = {
      client,
      first,
      last: first,
      messages: [],
      acknowledged: null,
      server: null,
      address: null,
      router: null,
      resolver: null,
      seconds: null,
      used: 0,
      wanted: false,
    };
    this.open.set(client, lease);
    this.all.add(lease);
    return lease;
  }
}

function terms(lease: Lease, dhcp: Layer): void {
  const option = (code: number): string | null => {
    const at = optionOf(dhcp, code);
    return at < 0 || u8(dhcp.bytes, at + 1) < 4 ? null : addressText('ipv4', dhcp.bytes, at + 2);
  };
  lease.address = addressText('ipv4', dhcp.bytes, yourAddressAt(dhcp));
  lease.server = option(SERVER_ID);
  lease.router = option(ROUTER);
  lease.resolver = option(NAME_SERVER);
  const at = optionAt(dhcp, LEASE_TIME, 4);
  lease.seconds = at < 0 ? null : u32(dhcp.bytes, at);
}
