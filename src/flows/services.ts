/** Services that people meet, by their registered TCP port (IANA). Not decoded because of it: a name for the explanation. */
// biome-ignore format: a table
const SERVICES = new Map([
  [20, 'FTP data'], [21, 'FTP'], [22, 'SSH'], [23, 'Telnet'], [25, 'SMTP'], [43, 'WHOIS'], [53, 'DNS'], [80, 'HTTP'],
  [88, 'Kerberos'], [110, 'POP3'], [119, 'NNTP'], [139, 'NetBIOS'], [143, 'IMAP'], [179, 'BGP'], [389, 'LDAP'],
  [443, 'HTTPS'], [445, 'SMB'], [465, 'SMTPS'], [514, 'shell'], [515, 'LPD'], [554, 'RTSP'], [587, 'SMTP submission'],
  [631, 'IPP'], [636, 'LDAPS'], [853, 'DNS over TLS'], [873, 'rsync'], [990, 'FTPS'], [993, 'IMAPS'], [995, 'POP3S'],
  [1080, 'SOCKS'], [1433, 'SQL Server'], [1521, 'Oracle'], [1883, 'MQTT'], [2049, 'NFS'], [3128, 'Squid'],
  [3268, 'Active Directory'], [3306, 'MySQL'], [3389, 'RDP'], [5060, 'SIP'], [5222, 'XMPP'], [5432, 'PostgreSQL'],
  [5672, 'AMQP'], [5900, 'VNC'], [6379, 'Redis'], [6443, 'Kubernetes'], [6667, 'IRC'], [8080, 'HTTP (alternate)'],
  [8443, 'HTTPS (alternate)'], [8883, 'MQTT over TLS'], [9092, 'Kafka'], [9200, 'Elasticsearch'], [27017, 'MongoDB'],
]);

export const serviceOf = (port: number): string | null => SERVICES.get(port) ?? null;

/** The range that a port belongs to (RFC 6335 §6): system, user or dynamic. */
export const portRange = (port: number): string =>
  port < 1024 ? '0–1023' : port < 49152 ? '1024–49151' : '49152–65535';
