import { describe, expect, it } from 'vitest';
import { Layer } from '../../src/core/layer.ts';
import { mediaOf } from '../../src/protocols/sdp.ts';
import { endsZrtp, offersSrtp } from '../../src/protocols/srtp-keys.ts';
import { Decoded, hex16, ip, MACS, octets } from './decoded.ts';

const datagram = (payload: string, from = 40_000, to = 40_001): string => {
  const length = octets(payload).length;
  return `${MACS} 0800 ${ip(17, 8 + length)} ${hex16(from)} ${hex16(to)} ${hex16(8 + length)} 0000 ${payload}`;
};
const latin = (text: string): string => Buffer.from(text, 'latin1').toString('hex');

const SENDER_REPORT = `81c8000c 01020304 e6a3c9c0 80000000 000003e8 00000064 00003e80
  0a0b0c0d 40fffffe 0001d431 00000028 c9c08000 00010000`;
const DESCRIPTION = '81ca0003 01020304 01036140620000';

describe('RTCP', () => {
  it('reads a report, its block and the description behind it', () => {
    const shown = new Decoded(datagram(`${SENDER_REPORT} ${DESCRIPTION}00`));
    expect(shown.info).toBe('RTCP sender report, source description');
    expect(
      shown.fields(
        'rtcp.pt',
        'rtcp.senderssrc',
        'rtcp.timestamp.ntp',
        'rtcp.timestamp.rtp',
        'rtcp.sender.packetcount',
        'rtcp.sender.octetcount',
        'rtcp.ssrc.identifier',
        'rtcp.ssrc.fraction',
        'rtcp.ssrc.cum_nr',
        'rtcp.ssrc.high_cycles',
        'rtcp.ssrc.high_seq',
        'rtcp.ssrc.jitter',
        'rtcp.ssrc.dlsr',
        'rtcp.sdes.text',
        'rtcp.length_check',
      ),
    ).toEqual({
      'rtcp.pt': '200,202',
      'rtcp.senderssrc': '0x01020304',
      'rtcp.timestamp.ntp': 'Aug 14, 2022 19:21:36.500000000 UTC',
      'rtcp.timestamp.rtp': '1000',
      'rtcp.sender.packetcount': '100',
      'rtcp.sender.octetcount': '16000',
      'rtcp.ssrc.identifier': '0x0a0b0c0d,0x01020304',
      'rtcp.ssrc.fraction': '64',
      'rtcp.ssrc.cum_nr': '-2',
      'rtcp.ssrc.high_cycles': '1',
      'rtcp.ssrc.high_seq': '54321',
      'rtcp.ssrc.jitter': '40',
      'rtcp.ssrc.dlsr': '65536',
      'rtcp.sdes.text': 'a@b',
      'rtcp.length_check': '1',
    });
  });

  it('reads goodbyes, applications, feedback and extended reports', () => {
    const bye = new Decoded(datagram(`81cb0003 01020304 04 ${latin('done')} 000000`));
    expect(bye.fields('rtcp.ssrc.identifier', 'rtcp.sdes.text')).toEqual({
      'rtcp.ssrc.identifier': '0x01020304',
      'rtcp.sdes.text': 'done',
    });
    const app = new Decoded(datagram(`83cc0003 01020304 ${latin('test')} 01020304`));
    expect(app.fields('rtcp.app.subtype', 'rtcp.app.name', 'rtcp.app.data')).toEqual({
      'rtcp.app.subtype': '3',
      'rtcp.app.name': 'test',
      'rtcp.app.data': '01020304',
    });
    const loss = new Decoded(datagram('80c90001 01020304 81cd0003 01020304 0a0b0c0d 00640003'));
    expect(loss.fields('rtcp.rtpfb.fmt', 'rtcp.mediassrc', 'rtcp.rtpfb.nack_pid', 'rtcp.rtpfb.nack_blp')).toEqual({
      'rtcp.rtpfb.fmt': '1',
      'rtcp.mediassrc': '0x0a0b0c0d',
      'rtcp.rtpfb.nack_pid': '100',
      'rtcp.rtpfb.nack_blp': '0x0003',
    });
    const extended = new Decoded(datagram('80c90001 01020304 80cf0005 01020304 05000003 0a0b0c0d 00000001 00010000'));
    expect(extended.fields('rtcp.xr.bt', 'rtcp.xr.lrr', 'rtcp.xr.dlrr')).toEqual({
      'rtcp.xr.bt': '5',
      'rtcp.xr.lrr': '1',
      'rtcp.xr.dlrr': '65536',
    });
  });

  it('is not guessed where lengths do not fit', () => {
    expect(new Decoded(datagram('80c90001 01020304')).layers).toBe('eth ip udp rtcp');
    expect(new Decoded(datagram('80c90002 01020304')).layers).toBe('eth ip udp data');
    expect(new Decoded(datagram('80c90001 0102030405')).layers).toBe('eth ip udp data');
    expect(new Decoded(datagram('80ca0001 01020304')).layers).toBe('eth ip udp data');
    expect(new Decoded(datagram('40c90001 01020304')).layers).toBe('eth ip udp data');
  });
});

describe('RTP', () => {
  it('is not guessed from a port or its first octets', () => {
    expect(new Decoded(datagram('80000001 00000000 01020304 d5d5d5d5', 5004, 5004)).layers).toBe('eth ip udp data');
  });
});

describe('SIP', () => {
  const invite =
    'INVITE sip:bob:pw@example.test:5070;user=phone SIP/2.0\r\n' +
    'v: SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bK1\r\n' +
    'f: "A, <b>" <sip:alice@example.test>;tag=7\r\nt: sip:bob@example.test;tag=9\r\ni: 1\r\nCSeq: 2 INVITE\r\n' +
    'X-New: what\r\nl: 4\r\n\r\nbodyrest';

  it('reads the start line and header lines, long or short', () => {
    const shown = new Decoded(datagram(latin(invite), 5060, 5060));
    expect(shown.layers).toBe('eth ip udp sip data');
    expect(
      shown.fields(
        'sip.Method',
        'sip.r-uri.user',
        'sip.r-uri.host',
        'sip.r-uri.port',
        'sip.Via.sent-by.port',
        'sip.Via.branch',
        'sip.from.display.info',
        'sip.from.addr',
        'sip.from.tag',
        'sip.to.addr',
        'sip.to.tag',
        'sip.CSeq.method',
        'sip.Content-Length',
        'dissect.sip.header',
        'data.data',
      ),
    ).toEqual({
      'sip.Method': 'INVITE',
      'sip.r-uri.user': 'bob',
      'sip.r-uri.host': 'example.test',
      'sip.r-uri.port': '5070',
      'sip.Via.sent-by.port': '5060',
      'sip.Via.branch': 'z9hG4bK1',
      'sip.from.display.info': '"A, <b>"',
      'sip.from.addr': 'sip:alice@example.test',
      'sip.from.tag': '7',
      'sip.to.addr': 'sip:bob@example.test',
      'sip.to.tag': '9',
      'sip.CSeq.method': 'INVITE',
      'sip.Content-Length': '4',
      'dissect.sip.header': 'X-New: what',
      'data.data': '626f6479',
    });
  });

  it('may carry its description as a part of its body', () => {
    const parts =
      '--b\r\nContent-Type: application/isup\r\n\r\nxx\r\n--b\r\nContent-Type: application/sdp\r\n\r\n' +
      'v=0\r\nm=audio 6000 RTP/AVP 0\r\n--b--\r\n';
    const message = `INVITE sip:b SIP/2.0\r\nContent-Type: multipart/mixed;boundary=b\r\n\r\n${parts}`;
    const shown = new Decoded(datagram(latin(message), 5060, 5060));
    expect(shown.layers).toBe('eth ip udp sip sdp');
    expect(shown.fields('sip.Method', 'sdp.media.port')).toEqual({ 'sip.Method': 'INVITE', 'sdp.media.port': '6000' });
    const without = message.replace('v=0', 'w=0');
    expect(new Decoded(datagram(latin(without), 5060, 5060)).layers).toBe('eth ip udp sip data');
  });

  it('is known by its version on any port, and only by it', () => {
    const status = 'SIP/2.0 486 Busy Here\r\nCSeq: 1 INVITE\r\n\r\n';
    expect(new Decoded(datagram(latin(status))).info).toBe('SIP Status: 486 Busy Here (INVITE)');
    expect(new Decoded(datagram(latin('GET / HTTP/1.1\r\n\r\n'))).layers).toBe('eth ip udp data');
    expect(new Decoded(datagram(latin('\r\n\r\n'), 5060, 5060)).layers).toBe('eth ip udp sip data');
  });
});

describe('SDP', () => {
  const description = (text: string): Layer => {
    const layer = new Layer();
    layer.bytes = octets(latin(text.replaceAll('\n', '\r\n')));
    layer.capturedEnd = layer.wireEnd = layer.bytes.length;
    return layer;
  };

  it('says of each medium where it goes, how, and what its formats are', () => {
    const media = mediaOf(
      description(
        'v=0\nc=IN IP4 192.0.2.1\na=inactive\nm=audio 6000 RTP/AVP 0 101\na=rtpmap:101 telephone-event/8000\na=sendonly\n' +
          'm=video 0 RTP/AVP 96\nc=IN IP6 2001:db8::1\nm=video 7000/2 RTP/SAVPF 96\na=rtcp:7100 IN IP4 192.0.2.9\n',
      ),
    );
    expect(
      media.map(({ kind, address, port, rtcpPort, direction }) => [kind, address, port, rtcpPort, direction]),
    ).toEqual([
      ['audio', '192.0.2.1', 6000, 6001, 'sendonly'],
      ['video', '2001:db8::1', 0, 1, 'inactive'],
      ['video', '192.0.2.1', 7000, 7100, 'inactive'],
    ]);
    expect(media[0]!.encodings.get(101)).toEqual({ name: 'telephone-event', rate: 8000 });
  });

  it('takes nothing that is no number, and not more than it can use', () => {
    expect(mediaOf(description('m=audio x RTP/AVP 0\nm=audio 70000 RTP/AVP 0\nm=\n=\nm\n'))).toEqual([]);
    expect(mediaOf(description('m=audio 9 RTP/AVP 0\n'.repeat(1000)))).toHaveLength(32);
  });
});

describe('keys for media', () => {
  /** A hello: record, handshake, version, random, session, cookie, two cipher suites, a compression, extensions. */
  const hello = (extensions: string): Uint8Array => {
    const body = `fefd ${'11'.repeat(32)} 00 00 0004c02bc02f 0100 ${hex16(octets(extensions).length)} ${extensions}`;
    const size = octets(body).length;
    return octets(
      `16fefd 0000000000000000 ${hex16(size + 12)} 01 00${hex16(size)} 0000 000000 00${hex16(size)} ${body}`,
    );
  };

  it('are agreed on by DTLS where a hello says so', () => {
    const asks = hello('0017 0000 000e 0005 0002 0001 00');
    expect(offersSrtp(asks, 0, asks.length)).toBe(true);
    const without = hello('0017 0000');
    expect(offersSrtp(without, 0, without.length)).toBe(false);
    for (let end = 0; end < asks.length; end++) offersSrtp(asks, 0, end);
  });

  it('are agreed on by ZRTP when its last message comes', () => {
    const last = octets(`1000 0001 ${latin('ZRTP')} 01020304 505a 0003 ${latin('Conf2ACK')}`);
    expect(endsZrtp(last, 0, last.length)).toBe(true);
    expect(endsZrtp(last, 0, last.length - 1)).toBe(false);
  });
});
