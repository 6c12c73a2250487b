import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dissect, ROOT } from '../cli/run-cli.ts';

const LAN = 'fixtures/web/first-page-lan/capture.pcap';
const WAN = 'fixtures/web/first-page-wan/capture.pcap';
const kept = (file: string): string => join(ROOT, 'fixtures/web/first-page-lan', file);

/** Prose of the right halves, without what stands left of them: one line. */
const proseOf = (text: string): string =>
  text
    .split('\n')
    .map((line) => (line.startsWith('── ') ? line : line.replace(/^.*?│ ?/, '')))
    .join(' ')
    .replace(/\s+/g, ' ');

/** What somebody has to be able to answer who reads the explanation of the first page and nothing else. */
const ANSWERS = {
  en: {
    'which machine closed first': [
      '192.168.0.10:59470 has nothing more to send: the first FIN client ESTABLISHED ▸ FIN_WAIT_1',
      '203.0.113.80:80 acknowledges the FIN of frame 22 and closes too',
    ],
    'what state it is in': [
      'The last ACK: 192.168.0.10:59470 answers the FIN of frame 23 and waits in TIME_WAIT client TIME_WAIT server LAST_ACK ▸ CLOSED',
      '192.168.0.10:59470 stays for 2×MSL, here 240 s',
    ],
    "why the MAC address is not the server's": [
      'To the gateway: the packet is for 203.0.113.80, the frame for 192.168.0.1 (explained in frame 3)',
      'So 203.0.113.53 is not on this link: by its routing table 192.168.0.10 gives the packet to its gateway.',
      "The MAC address needed was the gateway's, not the server's.",
    ],
    'what SYN_SENT waits for': ['In SYN_SENT it waits for a SYN+ACK that acknowledges this number plus one'],
    'why the MSS is 1460': [
      '192.168.0.10:59470 takes segments of up to 1,460 bytes (MSS) That is an MTU of 1,500 less 40 bytes for the IP and TCP headers.',
    ],
  },
  ko: {
    'which machine closed first': [
      '192.168.0.10:59470은 더 보낼 것이 없다: 첫 번째 FIN 클라이언트 ESTABLISHED ▸ FIN_WAIT_1',
      '203.0.113.80:80이 프레임 22의 FIN에 ACK를 보내면서 자기도 닫는다',
    ],
    'what state it is in': [
      '192.168.0.10:59470이 프레임 23의 FIN에 응답하고 TIME_WAIT에서 기다린다 클라이언트 TIME_WAIT 서버 LAST_ACK ▸ CLOSED',
      '192.168.0.10:59470은 2×MSL, 여기서는 240초 동안 남는다',
    ],
    "why the MAC address is not the server's": [
      '게이트웨이로: 패킷은 203.0.113.80, 프레임은 192.168.0.1 앞으로 (설명은 프레임 3에)',
      '203.0.113.53은 이 링크에 없으므로 192.168.0.10이 라우팅 테이블대로 게이트웨이에 맡긴 것이다.',
      '필요한 것은 서버가 아니라 게이트웨이의 MAC 주소였다.',
    ],
    'what SYN_SENT waits for': ['SYN_SENT에서는 이 번호에 1을 더한 값을 ACK하는 SYN+ACK를 기다리고'],
    'why the MSS is 1460': [
      '192.168.0.10:59470은 한 세그먼트에 1,460바이트까지 받는다 (MSS) MTU 1,500에서 IP와 TCP 헤더 40바이트를 뺀 값이다.',
    ],
  },
} as const;

/** What only the other side of the router can tell. */
const TRANSLATED = {
  en: [
    '192.168.0.10 is a private address: a NAT must rewrite it on the way to 203.0.113.53',
    '192.168.0.10:59470 becomes 203.0.113.1:24295 on its way to 203.0.113.80:80',
    'TTL is 64 here and 63 on the other side: a router stands between',
    'The checksum changes with the addresses: 0xad89 here, 0x892a on the other side',
    'So nothing else in this segment was changed, the content included.',
    '203.0.113.80:80 sent this to 203.0.113.1:24295; the translator gave it to 192.168.0.10:59470',
  ],
  ko: [
    '192.168.0.10은 사설 IP다: 203.0.113.53으로 가려면 NAT를 거쳐야 한다',
    '192.168.0.10:59470은 203.0.113.80:80으로 가는 길에 203.0.113.1:24295가 된다',
    'TTL이 여기서는 64, 반대쪽에서는 63: 사이에 라우터가 있다',
    '체크섬은 주소와 함께 바뀐다: 여기서는 0xad89, 반대쪽에서는 0x892a',
    '다른 것은 바뀌지 않았다.',
    '203.0.113.80:80이 203.0.113.1:24295로 보냈고, 공유기가 192.168.0.10:59470에 건넸다',
  ],
} as const;

describe.each(['en', 'ko'] as const)('the first page tells, in %s,', (lang) => {
  const text = proseOf(readFileSync(kept(`expected.${lang}.txt`), 'utf8'));

  it.each(Object.entries(ANSWERS[lang]))('%s', (_, sentences) => {
    for (const sentence of sentences) expect(text.includes(sentence), sentence).toBe(true);
  });

  it('with the capture of the other side, what NAT changed', () => {
    const { stdout, stderr } = dissect([LAN, '--explain', '--nat', WAN, '--lang', lang, '--width', '100']);
    expect(stderr).toBe('');
    const file = kept(`explained.nat.${lang}.txt`);
    if (process.env.UPDATE_GOLDEN === '1') writeFileSync(file, stdout);
    expect(existsSync(file), 'UPDATE_GOLDEN=1 writes it').toBe(true);
    expect(stdout).toBe(readFileSync(file, 'utf8'));
    for (const sentence of TRANSLATED[lang]) {
      expect(proseOf(stdout).includes(sentence), sentence).toBe(true);
    }
  });
});
