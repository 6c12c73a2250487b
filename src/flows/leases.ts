import { u8, u32 } from '../core/bytes.ts';
import type { Layer } from '../core/layer.ts';
import { stringOf } from '../core/octet-text.ts';
import type { Packet } from '../core/packet.ts';
import { type EventLog, type Evidence, seen } from '../events/event.ts';
import { hardwareAddressAt, messageType, optionAt, optionOf, yourAddressAt } from '../protocols/dhcp.ts';
import {
  HOST_NAME,
  LEASE_TIME,
  NAME_SERVER,
  REQUESTED_ADDRESS,
  ROUTER,
  SERVER_ID,
  SUBNET_MASK,
} from '../protocols/dhcp-options.ts';
import { addressAt, addressOf, outermost } from './address-evidence.ts';
import type { Observer } from './observer.ts';

const CLIENT_ADDRESS = 12;

/** Tells how a host gets its IPv4 address: discover, offer, request, acknowledge (RFC 2131 §3.1), and how it gives it up. */
export class Leases implements Observer {
  readonly about = ['dhcp'];
  private readonly events: EventLog;

  constructor(events: EventLog) {
    this.events = events;
  }

  observe(packet: Packet): void {
    const dhcp = outermost(packet, 'dhcp');
    if (dhcp === null || dhcp.network === null) return;
    switch (messageType(dhcp)) {
      case 1:
        this.events.raise('dhcp.discover', dhcp, null, { client: client(dhcp, packet), name: hostName(dhcp, packet) });
        return;
      case 2:
        this.events.raise('dhcp.offer', dhcp, null, this.terms(dhcp, packet));
        return;
      case 3:
        this.request(dhcp, packet);
        return;
      case 4:
        this.events.raise('dhcp.decline', dhcp, null, this.wish(dhcp, packet));
        return;
      case 5:
        this.acknowledged(dhcp, packet);
        return;
      case 6:
        this.events.raise('dhcp.nak', dhcp, null, { client: client(dhcp, packet), server: server(dhcp, packet) });
        return;
      case 7:
        this.events.raise('dhcp.release', dhcp, null, {
          client: client(dhcp, packet),
          address: fixed(dhcp, packet, 'dhcp.ip.client', CLIENT_ADDRESS),
        });
        return;
      case 8:
        this.events.raise('dhcp.inform', dhcp, null, {
          client: client(dhcp, packet),
          address: fixed(dhcp, packet, 'dhcp.ip.client', CLIENT_ADDRESS),
        });
        return;
    }
  }

  private terms(dhcp: Layer, packet: Packet) {
    return {
      client: client(dhcp, packet),
      server: server(dhcp, packet),
      address: addressAt(packet, dhcp, 'ipv4', 'dhcp.ip.your', yourAddressAt(dhcp)),
      lease: lease(dhcp, packet),
      mask: option(dhcp, packet, SUBNET_MASK, 'dhcp.option.subnet_mask'),
      router: option(dhcp, packet, ROUTER, 'dhcp.option.router'),
      resolver: option(dhcp, packet, NAME_SERVER, 'dhcp.option.domain_name_server'),
    };
  }

  private wish(dhcp: Layer, packet: Packet) {
    return {
      client: client(dhcp, packet),
      address: option(dhcp, packet, REQUESTED_ADDRESS, 'dhcp.option.requested_ip_address'),
    };
  }

  /** With a server named it takes that server's offer; without one it asks for an address it had (RFC 2131 §4.3.2). */
  private request(dhcp: Layer, packet: Packet): void {
    const chosen = option(dhcp, packet, SERVER_ID, 'dhcp.option.dhcp_server_id');
    const { client: who, address } = this.wish(dhcp, packet);
    if (chosen !== null) {
      this.events.raise('dhcp.request', dhcp, null, { client: who, server: chosen, address });
      return;
    }
    const had = address ?? fixed(dhcp, packet, 'dhcp.ip.client', CLIENT_ADDRESS);
    this.events.raise('dhcp.renew', dhcp, null, { client: who, address: had });
  }

  /** The answer to an inform gives no address (RFC 2131 §4.3.5). */
  private acknowledged(dhcp: Layer, packet: Packet): void {
    if (u32(dhcp.bytes, yourAddressAt(dhcp)) !== 0) {
      this.events.raise('dhcp.ack', dhcp, null, this.terms(dhcp, packet));
      return;
    }
    this.events.raise('dhcp.informed', dhcp, null, { client: client(dhcp, packet), server: server(dhcp, packet) });
  }
}

const client = (dhcp: Layer, packet: Packet): Evidence =>
  addressAt(packet, dhcp, 'mac', 'dhcp.hw.mac_addr', hardwareAddressAt(dhcp));

/** Option 54 names the server; a relay's address may stand in the IP header instead. */
const server = (dhcp: Layer, packet: Packet): Evidence =>
  option(dhcp, packet, SERVER_ID, 'dhcp.option.dhcp_server_id') ?? addressOf(packet, dhcp.network!, 'source');

const fixed = (dhcp: Layer, packet: Packet, field: string, at: number): Evidence =>
  addressAt(packet, dhcp, 'ipv4', field, dhcp.start + at);

/** The first address of an option that holds one or more, or null. */
function option(dhcp: Layer, packet: Packet, code: number, field: string): Evidence | null {
  const at = optionOf(dhcp, code);
  return at < 0 || u8(dhcp.bytes, at + 1) < 4 ? null : addressAt(packet, dhcp, 'ipv4', field, at + 2);
}

function lease(dhcp: Layer, packet: Packet): Evidence | null {
  const at = optionAt(dhcp, LEASE_TIME, 4);
  return at < 0 ? null : seen(packet, dhcp, 'dhcp.option.ip_address_lease_time', at, 4, u32(dhcp.bytes, at));
}

function hostName(dhcp: Layer, packet: Packet): Evidence | null {
  const at = optionOf(dhcp, HOST_NAME);
  if (at < 0) return null;
  const length = u8(dhcp.bytes, at + 1);
  return seen(packet, dhcp, 'dhcp.option.hostname', at + 2, length, stringOf(dhcp.bytes, at + 2, at + 2 + length));
}
