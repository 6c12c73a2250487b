import { describe, expect, test } from 'vitest';
import { Decoded, hex8, hex16, ip, MACS } from './decoded.ts';

/** A packet of RADIUS with these attributes, from port 40000 to 1812. */
const radius = (code: number, attributes = '', { length, cut = 0 }: { length?: number; cut?: number } = {}) => {
  const digits = attributes.replace(/\s/g, '');
  const size = 20 + digits.length / 2;
  const body = `${hex8(code)} 07 ${hex16(length ?? size)} ${'a5'.repeat(16)} ${digits}`;
  const whole = `${MACS} 0800 ${ip(17, size + 8)} 9c40 0714 ${hex16(size + 8)} 0000 ${body}`.replace(/\s/g, '');
  return new Decoded(whole.slice(0, whole.length - 2 * cut), { wire: whole.length / 2 });
};

describe('RADIUS', () => {
  test('header, and attributes by their type', () => {
    const frame = radius(1, '01 07 616c696365  04 06 cb007101  3d 06 0000000f  50 12 00112233445566778899aabbccddeeff');
    expect(frame.layers).toBe('eth ip udp radius');
    expect(frame.info).toBe('RADIUS Access-Request id=7');
    expect(frame.card('radius')).toBe('RADIUS  Access-Request id=7\nuser alice');
    expect(
      frame.fields('radius.code', 'radius.id', 'radius.length', 'radius.avp.type', 'radius.User_Name', 'radius.rsp'),
    ).toEqual({
      'radius.code': '1',
      'radius.id': '7',
      'radius.length': '57',
      'radius.avp.type': '1,4,61,80',
      'radius.User_Name': 'alice',
    });
    expect(frame.fields('radius.NAS_IP_Address', 'radius.NAS_Port_Type', 'radius.Message_Authenticator')).toEqual({
      'radius.NAS_IP_Address': '203.0.113.1',
      'radius.NAS_Port_Type': '15',
      'radius.Message_Authenticator': '00112233445566778899aabbccddeeff',
    });
    expect(frame.issues).toEqual([]);
  });

  test('tags of tunnels: always before numbers, before text where they could not be text', () => {
    const frame = radius(2, '40 06 0100000d  51 05 013432  51 04 3433  45 07 02 8001 aabb');
    expect(
      frame.fields(
        'radius.Tunnel_Type',
        'radius.Tunnel_Type.tag',
        'radius.Tunnel_Private_Group_Id',
        'radius.Tunnel_Private_Group_Id.tag',
        'radius.Tunnel_Password.tag',
        'radius.Tunnel_Password_encrypted',
      ),
    ).toEqual({
      'radius.Tunnel_Type': '13',
      'radius.Tunnel_Type.tag': '0x01',
      'radius.Tunnel_Private_Group_Id': '42,43',
      'radius.Tunnel_Private_Group_Id.tag': '0x01',
      'radius.Tunnel_Password.tag': '0x02',
      'radius.Tunnel_Password_encrypted': '8001aabb',
    });
  });

  test("vendors' attributes: several in one, known and not, and what is laid out otherwise", () => {
    const frame = radius(2, '1a 11 00000009 01 05 613d62  fe 06 01020304  1a 09 00000009 01 09 00');
    expect(frame.fields('radius.avp.vendor_id', 'radius.avp.vendor_type', 'radius.avp.vendor_len')).toEqual({
      'radius.avp.vendor_id': '9,9',
      'radius.avp.vendor_type': '1,254',
      'radius.avp.vendor_len': '5,6',
    });
    expect(frame.fields('radius.Cisco_AVPair', 'dissect.radius.vendor_value')).toEqual({
      'radius.Cisco_AVPair': 'a=b',
      'dissect.radius.vendor_value': '01020304,010900',
    });
    const wide = radius(2, '1a 0d 000012ee 0102 07 01020304');
    expect(wide.fields('radius.avp.vendor_type', 'radius.avp.vendor_len')).toEqual({
      'radius.avp.vendor_type': '258',
      'radius.avp.vendor_len': '7',
    });
  });

  test('a value whose length does not fit its type is shown as octets; so is what is not known', () => {
    const frame = radius(1, '04 05 cb0071  c8 04 aabb  f5 07 1a 80 010203  7e 06 30616263');
    expect(frame.field('radius.NAS_IP_Address')).toBe('');
    expect(frame.field('dissect.radius.value')).toBe('cb0071');
    expect(frame.field('radius.Unknown_Attribute')).toBe('aabb,010203');
    expect(frame.fields('radius.avp.extended_type', 'radius.avp.extended_more')).toEqual({
      'radius.avp.extended_type': '26',
      'radius.avp.extended_more': '1',
    });
    expect(frame.field('dissect.radius.Operator_Name')).toBe('0abc');
  });

  test('EAP in one attribute stands in the frame; in several it is put together', () => {
    const one = radius(1, '4f 0c 0201000a01616c696365');
    expect(one.layers).toBe('eth ip udp radius eap');
    expect(one.info).toBe('RADIUS Access-Request id=7, EAP Response, Identity (alice)');
    expect(one.packet.last.reassembled).toBe(false);
    const two = radius(1, '4f 07 0201000a01 4f 07 616c696365');
    expect(two.field('eap.identity')).toBe('alice');
    expect(two.field('radius.eap_fragment')).toBe('0201000a01,616c696365');
    expect(two.packet.last.reassembled).toBe(true);
  });

  test("what the capture cut off is not the packet's fault", () => {
    const inEap = radius(1, '4f 07 0201000a01 4f 07 616c696365', { cut: 2 });
    expect(inEap.issues).toEqual(['truncated radius.attributes']);
    expect(inEap.field('eap.identity')).toBe('ali');
    const between = radius(1, '4f 07 0201000a01 4f 07 616c696365', { cut: 7 });
    expect(between.field('eap.identity')).toBe('');
    expect(between.issues).toEqual(['truncated radius.attributes']);
  });

  test('lengths that are wrong are said, and what stands before is shown', () => {
    const short = radius(1, '01 07 616c696365 04 01');
    expect(short.issues).toEqual(['malformed radius.attribute']);
    expect(short.field('radius.User_Name')).toBe('alice');
    expect(radius(1, '01 09 616c696365').issues).toEqual(['malformed radius.attribute']);
    expect(radius(1, '01 07 616c696365 04').issues).toEqual(['malformed radius.attribute']);
    expect(radius(1, '01 07 616c696365', { length: 40 }).issues).toEqual(['malformed radius.length']);
  });

  test('others that use the port are taken for data', () => {
    expect(radius(99).layers).toBe('eth ip udp data');
    expect(radius(1, '', { length: 12 }).layers).toBe('eth ip udp data');
    expect(radius(1, '', { length: 5000 }).layers).toBe('eth ip udp data');
  });

  test('the VLANs of a port', () => {
    const frame = radius(2, '38 06 3100007b 3a 06 32766c61');
    expect(frame.fields('radius.egress_vlanid', 'radius.egress_vlanid_tag', 'radius.egress_vlan_name')).toEqual({
      'radius.egress_vlanid': '123',
      'radius.egress_vlanid_tag': '0x00000031',
      'radius.egress_vlan_name': 'vla',
    });
  });
});
