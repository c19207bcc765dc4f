// Which hosts a file must not come from unless the client itself talks to such a host.
//
// By the name in the URL alone: what a name resolves to is not checked, since no runtime but Node's would show it.

/** `link-local` hosts serve a cloud machine's credentials, `private` ones anything on this network. */
export type HostScope = 'public' | 'private' | 'link-local';

/** IPv4 blocks that are not on the public internet (RFC 6890): first address, bits of prefix. */
const BLOCKS: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
];

const toNumber = (ipv4: string) => ipv4.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);

const isWithin = (address: number, block: string, bits: number) =>
  Math.floor(address / 2 ** (32 - bits)) === Math.floor(toNumber(block) / 2 ** (32 - bits));

function scopeOfIpv4(address: number): HostScope {
  if (isWithin(address, '169.254.0.0', 16)) return 'link-local';
  return BLOCKS.some(([block, bits]) => isWithin(address, block, bits)) ? 'private' : 'public';
}

/** The eight groups of an IPv6 address as `URL` writes it. */
function groupsOf(ipv6: string): number[] {
  const [head = '', tail] = ipv6.split('::');
  const parse = (text: string) =>
    text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
  const left = parse(head);
  const right = parse(tail ?? '');
  return [...left, ...Array<number>(8 - left.length - right.length).fill(0), ...right];
}

/** The IPv4 address within an IPv6 one: mapped, compatible (`::` and `::1` are of that form), NAT64 or 6to4. */
function embeddedIpv4(groups: number[]): number | null {
  const at = (index: number) => (groups[index] ?? 0) * 65_536 + (groups[index + 1] ?? 0);
  const startsWith = (...start: number[]) => start.every((group, index) => groups[index] === group);
  if (startsWith(0x2002)) return at(1);
  const isEmbedding =
    startsWith(0, 0, 0, 0, 0, 0xffff) ||
    startsWith(0, 0, 0, 0, 0, 0) ||
    startsWith(0x64, 0xff9b, 0, 0, 0, 0) ||
    startsWith(0x64, 0xff9b, 1);
  return isEmbedding ? at(6) : null;
}

function scopeOfIpv6(groups: number[]): HostScope {
  const [first = 0] = groups;
  if ((first & 0xffc0) === 0xfe80) return 'link-local';
  if ((first & 0xfe00) === 0xfc00 || first >= 0xff00) return 'private';
  const ipv4 = embeddedIpv4(groups);
  return ipv4 === null ? 'public' : scopeOfIpv4(ipv4);
}

/** The scope of a host. @param hostname - As `URL` normalizes it, which knows every notation of an IPv4 address. */
export function hostScope(hostname: string): HostScope {
  if (hostname.startsWith('[')) return scopeOfIpv6(groupsOf(hostname.slice(1, -1)));
  const name = hostname.toLowerCase().replace(/\.$/, '');
  if (/^[\d.]+$/.test(name)) return scopeOfIpv4(toNumber(name));
  return !name.includes('.') || /\.(?:localhost|local|internal)$/.test(name) ? 'private' : 'public';
}
