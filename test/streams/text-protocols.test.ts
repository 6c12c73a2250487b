import { describe, expect, it } from 'vitest';
import { Talk } from './talk.ts';

const ids = (shown: { events: readonly { id: string }[] }, prefix: string): string[] =>
  shown.events.map(({ id }) => id).filter((id) => id.startsWith(prefix));

describe('SMTP in a stream', () => {
  it('waits for the end of a line, and shows what lines came together', () => {
    const talk = new Talk(25);
    expect(talk.server('220 mail.example.test\r\n').info).toBe('S: 220 mail.example.test');
    expect(talk.client('EH').protocols).toEqual(['ip', 'tcp']);
    const shown = talk.client('LO me\r\nNOOP\r\n');
    expect(shown.info).toBe('C: EHLO me | NOOP');
    expect(shown.fields.get('smtp.req.command')).toEqual(['EHLO', 'NOOP']);
    expect(shown.reassembled).toEqual([true]);
    const reply = talk.server('250-one\r\n250-two\r\n250 three\r\n');
    expect(reply.info).toBe('S: 250-one | two | three');
    expect(reply.fields.get('smtp.response.code')).toEqual(['250']);
    expect(reply.fields.get('smtp.rsp.parameter')).toEqual(['one', 'two', 'three']);
  });

  it('takes what follows 354 for content, up to a dot, wherever that is cut', () => {
    const talk = new Talk(25);
    talk.client('RCPT TO:<a>\r\nDATA\r\n');
    talk.server('550 no\r\n');
    talk.server('354 go\r\n');
    expect(talk.client('QUIT\r\n..\r\n').info).toBe('C: DATA fragment, 10 bytes');
    expect(talk.client('end\r\n.').info).toBe('C: DATA fragment, 5 bytes');
    expect(talk.client('\r').protocols).toEqual(['ip', 'tcp']);
    expect(talk.client('\nQUIT\r\n').info).toBe('C: . | QUIT');
    talk.server('250 ok\r\n');
    talk.client('DATA\r\n');
    expect(ids(talk.server('554 no\r\n'), 'smtp')).toEqual(['smtp.refused']);
    expect(talk.client('NOOP\r\n').info).toBe('C: NOOP');
    expect(talk.client('BDAT 6\r\nNOOP\r\nRSET\r\n').info).toBe('C: BDAT 6 | DATA fragment, 6 bytes | RSET');
  });

  it('knows answers to AUTH, and hands the stream on after STARTTLS', () => {
    const talk = new Talk(587);
    talk.client('AUTH LOGIN\r\n');
    talk.server('334 VXNlcm5hbWU6\r\n');
    expect(talk.client('dXNlcg==\r\n').info).toBe('C: User: dXNlcg==');
    const shown = talk.client('cGFzcw==\r\n');
    expect(shown.fields.get('smtp.auth.password')).toEqual(['cGFzcw==']);
    expect(ids(shown, 'smtp')).toEqual(['smtp.password']);
    talk.server('235 ok\r\n');
    expect(ids(talk.client('AUTH PLAIN AGEAYg==\r\n'), 'smtp')).toEqual(['smtp.password']);
    talk.client('STARTTLS\r\n');
    expect(ids(talk.server('220 go\r\n'), 'smtp')).toEqual(['smtp.tls']);
    expect(talk.client(Uint8Array.of(0x16, 3, 1, 0, 1, 0)).protocols).not.toContain('smtp');
  });

  it('shows a line without end once it is too long', () => {
    const talk = new Talk(25);
    let shown = talk.client('x'.repeat(1000));
    for (let i = 0; i < 66 && !shown.protocols.includes('smtp'); i++) shown = talk.client('x'.repeat(1000));
    expect(shown.fields.get('smtp.req.command')![0]!.length).toBe(66_000);
  });
});

describe('FTP in a stream', () => {
  it('shows each segment by its first line', () => {
    const talk = new Talk(21);
    const shown = talk.server('211-Features:\r\n EPSV\r\n211 End\r\n');
    expect(shown.info).toBe('Response: 211-Features:');
    expect(shown.fields.get('ftp.response.code')).toEqual(['211']);
    expect(shown.fields.get('dissect.ftp.line')).toEqual([' EPSV', '211 End']);
    const request = talk.client('CWD  two words \r\n');
    expect(request.fields.get('ftp.request.arg')).toEqual(['two words ']);
    expect(ids(talk.client('PASS secret\r\n'), 'ftp')).toEqual(['ftp.password']);
    expect(ids(talk.server('530 no\r\n'), 'ftp')).toEqual(['ftp.refused']);
  });

  it('reads announced addresses in their four forms', () => {
    const talk = new Talk(21);
    const passive = talk.server('227 Entering Passive Mode (10,0,0,2,4,5).\r\n');
    expect(passive.fields.get('ftp.passive.ip')).toEqual(['10.0.0.2']);
    expect(passive.fields.get('ftp.passive.port')).toEqual(['1029']);
    expect(ids(passive, 'ftp')).toEqual(['ftp.data']);
    expect(talk.server('229 ok (|||34567|)\r\n').fields.get('ftp.epsv.port')).toEqual(['34567']);
    expect(talk.client('PORT 10,0,0,1,4,7\r\n').fields.get('ftp.active.port')).toEqual(['1031']);
    const extended = talk.client('EPRT |2|2001:db8::1|5556|\r\n');
    expect(extended.fields.get('ftp.eprt.ipv6')).toEqual(['2001:db8::1']);
    expect(extended.fields.get('ftp.eprt.port')).toEqual(['5556']);
    for (const wrong of ['PORT 10,0,0\r\n', 'PORT 1,2,3,4,5,256\r\n', 'EPRT |1|10.0.0.1|70000|\r\n', 'EPRT\r\n']) {
      expect(ids(talk.client(wrong), 'ftp'), wrong).toEqual([]);
    }
  });

  it('hands the stream on after AUTH TLS', () => {
    const talk = new Talk(21);
    talk.client('AUTH TLS\r\n');
    expect(ids(talk.server('234 go\r\n'), 'ftp')).toEqual(['ftp.tls']);
    expect(talk.client(Uint8Array.of(0x16, 3, 1, 0, 1, 0)).protocols).not.toContain('ftp');
  });
});

describe('Telnet in a stream', () => {
  it('parts commands from text, and waits for the rest of a command', () => {
    const talk = new Talk(23);
    const shown = talk.server(Uint8Array.of(255, 253, 24, 104, 105, 13, 10, 62, 255));
    expect(shown.fields.get('telnet.cmd')).toEqual(['253']);
    expect(shown.fields.get('telnet.data')).toEqual(['hi\\r\\n', '>']);
    expect(ids(shown, 'telnet')).toEqual(['telnet.option', 'telnet.text']);
    expect(talk.server(Uint8Array.of(251, 1)).fields.get('telnet.subcmd')).toEqual(['1']);
    const terminal = talk.client(Uint8Array.of(255, 250, 24, 0, 120, 255, 240));
    expect(terminal.fields.get('telnet.string_subopt.value')).toEqual(['x']);
    const window = talk.client(Uint8Array.of(255, 250, 31, 0, 80, 0, 24, 255, 240));
    expect(window.fields.get('telnet.naws_subopt.width')).toEqual(['80']);
    expect(window.issues).toEqual([]);
  });
});

describe('SSH in a stream', () => {
  const lists = (methods: string): Uint8Array => {
    const names = [methods, 'ssh-ed25519', 'aes128-ctr', 'aes128-ctr', 'hmac', 'hmac', 'none', 'none', '', ''];
    const inner = [20, ...new Array<number>(16).fill(7)];
    for (const name of names) inner.push(0, 0, 0, name.length, ...new TextEncoder().encode(name));
    inner.push(0, 0, 0, 0, 0);
    return packet(inner);
  };
  const packet = (inner: readonly number[]): Uint8Array =>
    Uint8Array.of(0, 0, (inner.length + 5) >>> 8, (inner.length + 5) & 255, 4, ...inner, 0, 0, 0, 0);

  it('is in clear text until New Keys', () => {
    const talk = new Talk(22);
    expect(talk.client('SSH-2.0-a').protocols).toEqual(['ip', 'tcp']);
    expect(talk.client('\r\n').info).toBe('Client: Protocol (SSH-2.0-a)');
    expect(talk.server('SSH-2.0-b\r\n').info).toBe('Server: Protocol (SSH-2.0-b)');
    const init = talk.client(lists('curve25519-sha256,diffie-hellman-group14-sha256'));
    expect(init.info).toBe('Client: Key Exchange Init');
    expect(init.fields.get('ssh.server_host_key_algorithms')).toEqual(['ssh-ed25519']);
    expect(ids(init, 'ssh')).toEqual(['ssh.algorithms']);
    talk.server(lists('diffie-hellman-group14-sha256,curve25519-sha256'));
    expect(talk.client(packet([30, 1])).info).toBe('Client: Elliptic Curve Diffie-Hellman Key Exchange Init');
    expect(talk.server(packet([21])).info).toBe('Server: New Keys');
    const secret = talk.server(packet([21]));
    expect(secret.info).toBe('Server: Encrypted packet (len=10)');
    expect(ids(secret, 'ssh')).toEqual(['ssh.encrypted']);
    expect(talk.client(packet([2])).info).toBe('Client: Ignore');
  });
});

it('any octets on these ports are taken', () => {
  let seed = 7;
  const random = (): number => {
    seed = (seed * 1_103_515_245 + 12_345) & 0x7fffffff;
    return seed >>> 8;
  };
  for (const port of [20, 21, 22, 23, 25, 587]) {
    const talk = new Talk(port);
    for (let i = 0; i < 300; i++) {
      const bytes = Uint8Array.from({ length: random() % 60 }, () => ALPHABET[random() % ALPHABET.length]!);
      if (random() % 2) talk.client(bytes);
      else talk.server(bytes);
    }
  }
});

const ALPHABET = [0, 10, 13, 32, 45, 46, 48, 50, 51, 52, 53, 65, 68, 84, 83, 72, 255, 250, 240, 251, 24, 124, 40, 44];
