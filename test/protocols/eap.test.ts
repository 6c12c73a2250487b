import { describe, expect, test } from 'vitest';
import { Decoded, MACS } from './decoded.ts';

/** An EAP message in EAPOL, in a frame that is filled up. */
const eap = (message: string, padding = '') => {
  const length = message.replace(/\s/g, '').length / 2;
  return new Decoded(`${MACS} 888e 02 00 ${length.toString(16).padStart(4, '0')} ${message} ${padding}`);
};

describe('EAP', () => {
  test('success and failure have no type; what fills the frame is not theirs', () => {
    const frame = eap('03 07 0004', '00'.repeat(38));
    expect(frame.layers).toBe('eth eapol eap');
    expect(frame.info).toBe('EAP Success');
    expect(frame.fields('eap.code', 'eap.id', 'eap.len', 'eap.type')).toEqual({
      'eap.code': '3',
      'eap.id': '7',
      'eap.len': '4',
    });
  });

  test('an identity, and methods that are wanted instead', () => {
    expect(eap('02 01 000a 01 616c696365').field('eap.identity')).toBe('alice');
    const nak = eap('02 02 0007 03 1915');
    expect(nak.field('eap.desired_type')).toBe('25,21');
    expect(nak.info).toBe('EAP Response, Legacy Nak (PEAP instead)');
  });

  test('pieces of TLS: flags, length, version of the method', () => {
    const first = eap('01 03 000d 19 c1 00000bb8 160303');
    expect(first.info).toBe('EAP Request, PEAP, 3 of 3000 bytes of TLS, more follow');
    expect(first.fields('eap.tls.flags', 'eap.tls.flags.version', 'eap.tls.len', 'dissect.eap.tls.data')).toEqual({
      'eap.tls.flags': '0xc1',
      'eap.tls.flags.version': '1',
      'eap.tls.len': '3000',
      'dissect.eap.tls.data': '160303',
    });
    expect(eap('01 04 0006 0d 20').info).toBe('EAP Request, EAP-TLS, start');
    expect(eap('02 04 0006 0d 00').field('eap.tls.flags.version')).toBe('');
  });

  test('a length that is wrong is said, and what is there shown', () => {
    const long = eap('02 01 00ff 01 616c');
    expect(long.issues).toEqual(['malformed eap.length']);
    expect(long.field('eap.identity')).toBe('al');
    expect(eap('02 01 0002').issues).toEqual(['malformed eap.length']);
    expect(eap('02 01').issues).toEqual(['malformed eap.header']);
    expect(eap('02 01 0008 04 10 aabb').field('eap.md5.value')).toBe('');
  });
});

describe('keys of a wireless LAN', () => {
  /** A key message: its information, the length of its MIC, and octets of key data. */
  const key = (information: string, mic = 16, data = '') => {
    const size = data.length / 2;
    const body =
      `02 ${information} 0010 0000000000000001 ${'11'.repeat(32)} ${'00'.repeat(16 + 8 + 8)} ${'22'.repeat(mic)}` +
      `${size.toString(16).padStart(4, '0')} ${data}`;
    const length = body.replace(/\s/g, '').length / 2;
    return new Decoded(`${MACS} 888e 02 03 ${length.toString(16).padStart(4, '0')} ${body}`);
  };

  test.each([
    ['008a', '', '1', 'Key (Message 1 of 4)'],
    ['010a', '3000', '2', 'Key (Message 2 of 4)'],
    ['13ca', '3000', '3', 'Key (Message 3 of 4)'],
    ['01c9', '3000', '3', 'Key (Message 3 of 4)'],
    ['030a', '', '4', 'Key (Message 4 of 4)'],
    ['1382', 'aa', '1', 'Key (Group Message 1 of 2)'],
    ['0302', '', '2', 'Key (Group Message 2 of 2)'],
    ['0d02', '', '', 'Key (Request)'],
  ])('information %s with key data "%s" is message "%s"', (information, data, number, info) => {
    const frame = key(information, 16, data);
    expect(frame.info).toBe(`EAPOL ${info}`);
    expect(frame.field('wlan_rsna_eapol.keydes.msgnr')).toBe(number);
  });

  test.each([16, 24, 0])('the length tells that the MIC has %i octets', (mic) => {
    const frame = key('13ca', mic, '3000');
    expect(frame.field('wlan_rsna_eapol.keydes.mic')).toBe('22'.repeat(mic));
    expect(frame.field('wlan_rsna_eapol.keydes.data')).toBe('3000');
    expect(frame.issues).toEqual([]);
  });

  test('one that is cut shows what there is', () => {
    const frame = new Decoded(`${MACS} 888e 02 03 005f 02 008a 0010 0000000000000001 1111`, { wire: 113 });
    expect(frame.issues).toEqual(['truncated eapol.key']);
    expect(frame.field('eapol.keydes.replay_counter')).toBe('1');
    expect(frame.field('wlan_rsna_eapol.keydes.msgnr')).toBe('');
  });

  test('an RC4 key has an index', () => {
    const rc4 = `01 000d 0000000000000002 ${'33'.repeat(16)} 81 ${'44'.repeat(16)} ${'55'.repeat(13)}`;
    const frame = new Decoded(`${MACS} 888e 01 03 0039 ${rc4}`);
    expect(frame.info).toBe('EAPOL Key (RC4)');
    expect(frame.fields('eapol.keydes.key_index.type', 'eapol.keydes.key_index.number', 'eapol.keydes.key')).toEqual({
      'eapol.keydes.key_index.type': '1',
      'eapol.keydes.key_index.number': '1',
      'eapol.keydes.key': '55'.repeat(13),
    });
  });
});
