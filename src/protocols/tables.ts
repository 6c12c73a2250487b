import { DispatchTable } from '../core/dispatch.ts';

/**
 * The empty tables, named after the field that holds the number. Protocol files look numbers up here, so that none of
 * them imports another (IPv4 carries IPv6 carries IPv4); index.ts fills them.
 */
export const linkTypes = new DispatchTable('dissect.frame.link_type');
export const erfTypes = new DispatchTable('erf.types.type');
export const addressFamilies = new DispatchTable('null.family');
export const etherTypes = new DispatchTable('eth.type');
export const llcSaps = new DispatchTable('llc.dsap');
export const ciscoTypes = new DispatchTable('llc.cisco_pid');
export const bridgedTypes = new DispatchTable('llc.pid');
export const nlpids = new DispatchTable('fr.nlpid');
export const arcnetProtocols = new DispatchTable('arcnet.protID');
export const pseudowires = new DispatchTable('pw.type');
export const pppProtocols = new DispatchTable('ppp.protocol');
export const ipProtocols = new DispatchTable('ip.proto');
export const nextHeaders = new DispatchTable('ipv6.nxt');
export const greTypes = new DispatchTable('gre.proto');
export const udpPorts = new DispatchTable('udp.port');
/** Empty: protocols in a TCP stream are recognised by src/streams/. It gives undecoded payload its name. */
export const tcpPorts = new DispatchTable('tcp.port');
