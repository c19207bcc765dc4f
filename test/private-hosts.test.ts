import { expect, it } from 'vitest';
import { hostScope } from '../src/download/private-hosts.ts';

const scopeOf = (host: string) => hostScope(new URL(`http://${host}/v.mp4`).hostname);

it.each([
  // IPv4, first and last address of each block.
  ...['0.0.0.0', '0.255.255.255', '10.0.0.0', '10.255.255.255', '100.64.0.0', '100.127.255.255'],
  ...['127.0.0.1', '127.255.255.255', '172.16.0.0', '172.31.255.255', '192.0.0.0', '192.0.0.255'],
  ...['192.168.0.0', '192.168.255.255', '198.18.0.0', '198.19.255.255', '224.0.0.0', '255.255.255.255'],
  // In other notations.
  ...['0x7f.1', '2130706433', '017700000001', '127.1', '127.0.0.1.', '0', '１２７.0.0.1'],
  // IPv6, and what embeds an IPv4.
  ...['[::]', '[::1]', '[fc00::1]', '[fdff:ffff::1]', '[ff00::1]', '[ff02::1]'],
  ...[
    '[::ffff:127.0.0.1]',
    '[::ffff:a00:1]',
    '[::127.0.0.1]',
    '[64:ff9b::10.0.0.1]',
    '[64:ff9b:1::192.168.0.1]',
  ],
  ...['[2002:7f00:1::]', '[2002:c0a8:1::5]'],
  // Names.
  ...['localhost', 'LOCALHOST', 'localhost.', 'a.localhost', 'printer.local', 'metadata.google.internal'],
  ...['intranet', 'intranet.', 'db', 'a.b.internal.'],
])('%s is private', (host) => {
  expect(scopeOf(host)).toBe('private');
});

it.each([
  ...['169.254.0.0', '169.254.169.254', '0xa9fea9fe', '2852039166', '169.254.255.255'],
  ...['[fe80::1]', '[febf::1]', '[::ffff:169.254.169.254]', '[::169.254.169.254]'],
  ...['[64:ff9b::a9fe:a9fe]', '[2002:a9fe:a9fe::]'],
])('%s is link-local', (host) => {
  expect(scopeOf(host)).toBe('link-local');
});

it.each([
  ...[
    '1.0.0.0',
    '9.255.255.255',
    '11.0.0.0',
    '100.63.255.255',
    '100.128.0.0',
    '126.255.255.255',
    '128.0.0.0',
  ],
  ...['169.253.255.255', '169.255.0.0', '172.15.255.255', '172.32.0.0', '191.255.255.255', '192.0.1.0'],
  ...['192.167.255.255', '192.169.0.0', '198.17.255.255', '198.20.0.0', '223.255.255.255', '8.8.8.8'],
  ...['[2001:4860:4860::8888]', '[fec0::1]', '[::ffff:8.8.8.8]', '[64:ff9b::8.8.8.8]', '[2002:808:808::]'],
  ...['cdn.example.com', 'cdn.example.com.', 'localhost.example.com', 'internal.example.com', 'local.host'],
  ...['10.example.com', 'xn--fiq228c.com'],
])('%s is public', (host) => {
  expect(scopeOf(host)).toBe('public');
});
