import { describe, expect, test } from 'vitest';
import { FilterError } from '../../src/filter/fault.ts';
import { compileFilter } from '../../src/filter/filter.ts';

function faultOf(text: string): FilterError {
  try {
    compileFilter(text);
  } catch (error) {
    if (error instanceof FilterError) return error;
    throw error;
  }
  throw new Error(`${text} is taken`);
}

describe('what is wrong, and where', () => {
  test.each<[text: string, marked: string, sentence: string]>([
    ['tcp.prot == 80', 'tcp.prot', 'there is no field or protocol tcp.prot; did you mean tcp.port?'],
    ['htpp', 'htpp', 'there is no field or protocol htpp; did you mean http?'],
    ['tcp and smb2.cmd == 5', 'smb2.cmd', 'there is no field or protocol smb2.cmd; dissect fields lists them'],
    ['.tpc', '.tpc', 'there is no field or protocol tpc; did you mean tcp?'],
    ['ip.scr#2', 'ip.scr', 'there is no field or protocol ip.scr; did you mean ip.src?'],
    ['1', '1', 'a value alone says nothing; a field or protocol has to stand here'],
    ['1 == 2', '1', 'a value alone says nothing; a field or protocol has to stand here'],
    ['"x"', '"x"', 'a value alone says nothing; a field or protocol has to stand here'],
    ['tcp.port = 80', '=', '= alone means nothing here; did you mean ==?'],
    ['tcp | udp', '|', '| alone means nothing here; did you mean ||?'],
    ['tcp ; udp', ';', '";" means nothing in a filter'],
    ['tcp.port ==', '', 'the filter ends where a value or a field should be'],
    ['tcp &&', '', 'the filter ends where a value or a field should be'],
    ['(tcp', '', 'the filter ends where a ) should be'],
    ['tcp)', ')', ') was not expected here'],
    [')', ')', 'a filter cannot begin with )'],
    ['== 3', '==', 'a filter cannot begin with =='],
    ['tcp udp', 'udp', 'between the two an operator is missing, such as == or and'],
    ['tcp.port == 80 443', '443', 'between the two an operator is missing, such as == or and'],
    ['any tcp', '', 'any stands before a comparison, and here is none'],
    ['http.host == "x', '"', 'the quote that ends the text is missing'],
    ['http.host == "\\q"', '\\q', '\\q escapes nothing; a backslash is written \\\\, or stands in a raw text: r"\\d"'],
    ['http.host == "\\777"', '\\777', '\\777 is more than one byte holds'],
    ['http.host == "\\ud800"', '\\ud800', 'there is no character \\ud800'],
    ["ip.ttl == 'ab'", "'ab'", "'ab' is not one character; texts stand in double quotes"],
    ["ip.ttl == 'a", "'", 'the quote that ends the character is missing'],
    ['tcp.port == http', 'http', '"http" is not a number, as tcp.port is'],
    ['tcp.port == "80 "', '"80 "', '"80 " is not a number, as tcp.port is'],
    ['tcp.seq == tcp.akc', 'tcp.akc', '"tcp.akc" is not a number, as tcp.seq is; did you mean tcp.ack?'],
    ['ip.ttl == 300', '300', 'ip.ttl is never more than 255'],
    ['tcp.port in {80, 70000}', '70000', 'tcp.port is never more than 65535'],
    ['ip.ttl == 64.0', '64.0', '"64.0" is not a number, as ip.ttl is'],
    ['ip.proto == "TPC"', '"TPC"', 'ip.proto has no value "TPC"; did you mean "tcp"?'],
    ['ip.src == 192.168.0', '192.168.0', '"192.168.0" is not an IPv4 address, as ip.src is'],
    ['ip.src == 10.0.0.0/40', '10.0.0.0/40', '"10.0.0.0/40" is not an IPv4 address, as ip.src is'],
    ['ip.src == ::1', '::1', '"::1" is not an IPv4 address, as ip.src is'],
    ['ipv6.src == 1::2::3', '1::2::3', '"1::2::3" is not an IPv6 address, as ipv6.src is'],
    ['eth.src == 02:42', '02:42', '"02:42" is not a MAC address, as eth.src is'],
    [
      'ip.src == eth.src',
      'eth.src',
      'eth.src is a MAC address, and ip.src is an IPv4 address: they cannot be compared',
    ],
    ['tcp.port == tcp', 'tcp', '"tcp" is not a number, as tcp.port is'],
    [
      'frame[12:2] == 0x0800',
      '0x0800',
      '0x0800 is more than one byte; bytes are written in their order, such as 08:00',
    ],
    ['tcp contains GET', 'GET', '"GET" is no byte string such as 08:00, and a text stands in double quotes'],
    ['frame.time_relative > x', 'x', '"x" is not a time in seconds, as frame.time_relative is'],
    ['frame.time > "yesterday"', '"yesterday"', '"yesterday" is not a date and time, as frame.time is'],
    ['frame.time > "2026-02-30"', '"2026-02-30"', '"2026-02-30" is not a date and time, as frame.time is'],
    ['tcp.flags.syn == maybe', 'maybe', '"maybe" is not a flag, as tcp.flags.syn is'],
    ['tcp.flags.syn contains 1', 'tcp.flags.syn', 'tcp.flags.syn is a flag: there is no text in it'],
    [
      'tcp.analysis == 1',
      'tcp.analysis',
      'tcp.analysis stands for all fields that begin so: it has no value to compare',
    ],
    [
      'tcp.analysis.retransmission == 1',
      'tcp.analysis.retransmission',
      'tcp.analysis.retransmission is only there or not: it has no value to compare',
    ],
    ['http.host matches GET', 'GET', 'matches wants a regular expression in double quotes'],
    ['http.host matches "a("', '"a("', 'in the regular expression, character 2: the ) that ends this group is missing'],
    ['eth.src[', '[', 'the ] that ends the range is missing'],
    ['eth.src[]', ']', 'a range is i, i:length, i-last, :length or i:, such as [0:3]'],
    ['eth.src[0:3,x]', 'x', '"x" is not a number'],
    ['eth.src[2:0]', '2:0', 'the length of the range 2:0 is not positive'],
    ['eth.src[3-1]', '3-1', 'the range 3-1 ends before it begins'],
    ['ip.ttl[0] == 40', 'ip.ttl', 'ip.ttl is a number, and has no bytes to take a slice of'],
    ['ip.src#x', 'x', 'behind # stands the number of a layer: ip.src#2'],
    ['tcp.port in 80', '80', 'a set stands in braces, such as {80, 443, 8000..8080}'],
    ['tcp.port in {80 443}', '443', 'between the two an operator is missing, such as == or and'],
    ['tcp.port in {}', '}', '} was not expected here'],
    ['tcp.port in {tcp.len}', 'tcp.len', 'a set holds values, not fields; compare with == instead'],
    ['tcp.port in {80, 443', '', 'the filter ends where a } should be'],
    [
      'foo(tcp.port) == 1',
      'foo',
      'there is no function foo; there are len, count, lower, upper, max, min, abs, string',
    ],
    ['len() == 1', 'len()', 'len() wants one value, not 0'],
    ['len(http.host, dns.a) == 1', 'len(http.host, dns.a)', 'len() wants one value, not 2'],
    ['len(http.host)', 'len(http.host)', 'len() has to be compared with something'],
    ['len("abc") == 3', '"abc"', 'len() wants a field'],
    ['lower(ip.src) == "x"', 'ip.src', 'lower() wants a text, and ip.src is an IPv4 address'],
    ['ip.src + 1 == 3', 'ip.src + 1', '+ cannot be used on an IPv4 address'],
    ['tcp & 1', 'tcp & 1', '& cannot be used on a protocol'],
    ['-http.host == 1', '-http.host', 'http.host has no sign'],
    [
      'dissect.event == "tcp.retransmision"',
      '"tcp.retransmision"',
      'dissect.event is never "tcp.retransmision"; did you mean "tcp.retransmission"?',
    ],
    ['icmp.code > "Port unreachable"', '"Port unreachable"', 'names have no order'],
  ])('%s', (text, marked, sentence) => {
    const fault = faultOf(text);
    expect(fault.message).toBe(sentence);
    expect(fault.text.slice(fault.from, fault.to)).toBe(marked);
    expect(fault.text).toBe(text);
  });
});

describe('caps', () => {
  test.each([
    [`${'('.repeat(101)}tcp${')'.repeat(101)}`, 'more than 100 parentheses inside each other'],
    [`tcp.port == ${'{'.repeat(101)}1${'}'.repeat(101)}`, 'more than 100 parentheses inside each other'],
    [`tcp.len == ${'len('.repeat(101)}`, 'more than 100 parentheses inside each other'],
    [`tcp.len == ${'1 + '.repeat(102)}1`, 'more than 100 operations on values'],
    [`eth.src${'[0]'.repeat(102)}`, 'more than 100 operations on values'],
    ['x'.repeat(65_537), 'the filter is longer than 65536 characters'],
  ])('%#', (text, sentence) => {
    expect(faultOf(text).message).toBe(sentence);
  });

  test('what is within them is taken', () => {
    const parts = Array.from({ length: 3000 }, (_, port) => `tcp.port == ${port}`);
    expect(compileFilter(parts.join(' or ')).asksEvents).toBe(false);
    expect(compileFilter(`${'!'.repeat(1001)}tcp`).asksEvents).toBe(false);
    expect(compileFilter(`${'('.repeat(100)}tcp${')'.repeat(100)}`).asksEvents).toBe(false);
  });
});
