/**
 * Names of the values of attributes, as their RFCs have them: RFC 2865 §5, RFC 2866 §5, RFC 2868 §3, RFC 2869 §5, RFC 4675
 * §2.2, RFC 5176 §3.5, RFC 5607 §6 and IANA's registry "RADIUS Types".
 */
type Names = Readonly<Record<number, string>>;

const from = (first: number, ...names: readonly string[]): Names =>
  Object.fromEntries(names.map((name, i) => [first + i, name]));

// biome-ignore format: tables
const VALUES: Readonly<Record<string, Names>> = {
  'Service-Type': {
    ...from(1, 'Login', 'Framed', 'Callback Login', 'Callback Framed', 'Outbound', 'Administrative', 'NAS Prompt',
      'Authenticate Only', 'Callback NAS Prompt', 'Call Check', 'Callback Administrative', 'Voice', 'Fax', 'Modem Relay',
      'IAPP-Register', 'IAPP-AP-Check', 'Authorize Only', 'Framed-Management', 'Additional-Authorization'),
  },
  'Framed-Protocol': {
    ...from(1, 'PPP', 'SLIP', 'ARAP', 'Gandalf SingleLink/MultiLink', 'Xylogics IPX/SLIP', 'X.75 Synchronous',
      'GPRS PDP Context'),
  },
  'Framed-Routing': from(0, 'None', 'Send', 'Listen', 'Send and Listen'),
  'Framed-Compression': from(0, 'None', 'VJ TCP/IP header', 'IPX header', 'Stac-LZS'),
  'Login-Service': {
    ...from(0, 'Telnet', 'Rlogin', 'TCP Clear', 'PortMaster', 'LAT', 'X25-PAD', 'X25-T3POS'), 8: 'TCP Clear Quiet',
  },
  'Termination-Action': from(0, 'Default', 'RADIUS-Request'),
  'Acct-Status-Type': {
    ...from(1, 'Start', 'Stop', 'Interim-Update'), 7: 'Accounting-On', 8: 'Accounting-Off',
    ...from(9, 'Tunnel-Start', 'Tunnel-Stop', 'Tunnel-Reject', 'Tunnel-Link-Start', 'Tunnel-Link-Stop',
      'Tunnel-Link-Reject', 'Failed'),
  },
  'Acct-Authentic': from(1, 'RADIUS', 'Local', 'Remote', 'Diameter'),
  'Acct-Terminate-Cause': {
    ...from(1, 'User Request', 'Lost Carrier', 'Lost Service', 'Idle Timeout', 'Session Timeout', 'Admin Reset',
      'Admin Reboot', 'Port Error', 'NAS Error', 'NAS Request', 'NAS Reboot', 'Port Unneeded', 'Port Preempted',
      'Port Suspended', 'Service Unavailable', 'Callback', 'User Error', 'Host Request', 'Supplicant Restart',
      'Reauthentication Failure', 'Port Reinitialized', 'Port Administratively Disabled', 'Lost Power'),
  },
  'NAS-Port-Type': {
    ...from(0, 'Async', 'Sync', 'ISDN Sync', 'ISDN Async V.120', 'ISDN Async V.110', 'Virtual', 'PIAFS',
      'HDLC Clear Channel', 'X.25', 'X.75', 'G.3 Fax', 'SDSL', 'ADSL-CAP', 'ADSL-DMT', 'IDSL', 'Ethernet', 'xDSL',
      'Cable', 'Wireless - Other', 'Wireless - IEEE 802.11', 'Token-Ring', 'FDDI'),
    ...from(30, 'PPPoA', 'PPPoEoA', 'PPPoEoE', 'PPPoEoVLAN', 'PPPoEoQinQ'),
  },
  'Tunnel-Type': {
    ...from(1, 'PPTP', 'L2F', 'L2TP', 'ATMP', 'VTP', 'AH', 'IP-IP', 'MIN-IP-IP', 'ESP', 'GRE', 'DVS', 'IP-in-IP', 'VLAN'),
  },
  'Tunnel-Medium-Type': {
    ...from(1, 'IPv4', 'IPv6', 'NSAP', 'HDLC', 'BBN 1822', '802', 'E.163', 'E.164', 'F.69', 'X.121', 'IPX', 'Appletalk',
      'Decnet IV', 'Banyan Vines', 'E.164 with NSAP'),
  },
  'ARAP-Zone-Access': { 1: 'Only the default zone', 2: 'Zone filter inclusively', 4: 'Zone filter exclusively' },
  Prompt: from(0, 'No Echo', 'Echo'),
  'Ingress-Filters': from(1, 'Enabled', 'Disabled'),
  'Error-Cause': {
    201: 'Residual Session Context Removed', 202: 'Invalid EAP Packet',
    ...from(401, 'Unsupported Attribute', 'Missing Attribute', 'NAS Identification Mismatch', 'Invalid Request',
      'Unsupported Service', 'Unsupported Extension', 'Invalid Attribute Value'),
    ...from(501, 'Administratively Prohibited', 'Request Not Routable (Proxy)', 'Session Context Not Found',
      'Session Context Not Removable', 'Other Proxy Processing Error', 'Resources Unavailable', 'Request Initiated',
      'Multiple Session Selection Unsupported'),
  },
  'Framed-Management': from(1, 'SNMP', 'Web-based', 'NETCONF', 'FTP', 'TFTP', 'SFTP', 'RCP', 'SCP'),
  'Management-Transport-Protection': from(1, 'No-Protection', 'Integrity-Protection', 'Integrity-Confidentiality-Protection'),
  'EAP-Lower-Layer': {
    ...from(1, 'Wired IEEE 802.1X', 'IEEE 802.11 without preauthentication', 'IEEE 802.11 with preauthentication',
      'IEEE 802.16e', 'IKEv2', 'PPP', 'PANA without preauthentication', 'GSS-API', 'PANA with preauthentication'),
  },
  'MS-MPPE-Encryption-Policy': from(1, 'Encryption-Allowed', 'Encryption-Required'),
};

/** What a number means in the attribute of that name; empty for nothing. */
export const radiusValueName = (attribute: string, value: number): string => VALUES[attribute]?.[value] ?? '';
