import { describe, expect, it } from 'vitest';
import { Talk } from './talk.ts';

const MESSAGE = 'OPTIONS sip:b SIP/2.0\r\nCSeq: 1 OPTIONS\r\nContent-Length: 4\r\n\r\n';

describe('SIP in a stream', () => {
  it('is put together from segments, as long as its content says', () => {
    const talk = new Talk(5060);
    expect(talk.client(MESSAGE.slice(0, 30)).protocols).toEqual(['ip', 'tcp']);
    expect(talk.client(`${MESSAGE.slice(30)}ab`).protocols).toEqual(['ip', 'tcp']);
    const shown = talk.client(`cd${MESSAGE}abcdSIP/2.0 200 OK\r\nl: 0\r\n\r\n`);
    expect(shown.protocols).toEqual(['ip', 'tcp', 'sip', 'data', 'sip', 'data', 'sip']);
    expect(shown.fields.get('sip.Method')).toEqual(['OPTIONS', 'OPTIONS']);
    expect(shown.fields.get('sip.Status-Code')).toEqual(['200']);
  });

  it('is known by its first line on other ports, and passes empty lines by', () => {
    const talk = new Talk(8080);
    expect(talk.client('OPTIONS sip:b SIP/2.0\r\nl: 0\r\n\r\n').protocols).toEqual(['ip', 'tcp', 'sip']);
    expect(talk.server('\r\n\r\n').protocols).toEqual(['ip', 'tcp']);
    expect(talk.server('SIP/2.0 200 OK\r\nl: 0\r\n\r\n').info).toBe('Status: 200 OK');
  });

  it('does not hang on what is none', () => {
    const talk = new Talk(5060);
    talk.client('\r\n\r\n');
    talk.client('nonsense\r\n\r\nmore');
    expect(talk.client(MESSAGE).protocols.slice(0, 2)).toEqual(['ip', 'tcp']);
    expect(new Talk(5060).client(`${'x'.repeat(70_000)}`.slice(0, 60_000)).protocols.slice(0, 2)).toEqual([
      'ip',
      'tcp',
    ]);
  });
});
