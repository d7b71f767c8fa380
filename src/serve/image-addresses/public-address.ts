import ipaddr from 'ipaddr.js';

type Address = ReturnType<typeof ipaddr.parse>;

/** Ranges that hosts named as private may have. Link-local is not among them: clouds tell secrets there. */
const PRIVATE_RANGES: ReadonlySet<string> = new Set([
  'private',
  'loopback',
  'uniqueLocal',
  'carrierGradeNat',
]);

/** All that is given out as global unicast (IANA's IPv6 address space registry). */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3');

/** Whether an IP address is public unicast, and every IPv4 address that is packed into it too. */
export function isPublicAddress(address: string): boolean {
  return everyPart(address, isPublic);
}

/** Whether an IP address is public, or of a private network or this machine. */
export function isReachableAddress(address: string): boolean {
  return everyPart(address, (part) => isPublic(part) || PRIVATE_RANGES.has(part.range()));
}

function everyPart(address: string, fits: (part: Address) => boolean): boolean {
  return ipaddr.isValid(address) && unpack(ipaddr.parse(address)).every(fits);
}

function isPublic(address: Address): boolean {
  if (address.range() !== 'unicast') return false;
  return address.kind() === 'ipv4' || (address as ipaddr.IPv6).match(GLOBAL_UNICAST);
}

/** RFC 6052's own prefix; the one for local use (64:ff9b:1::/48) says nothing of where it leads. */
const WELL_KNOWN_NAT64 = ipaddr.IPv6.parseCIDR('64:ff9b::/96');

/** The IPv4 addresses that an IPv6 one stands for, to which a translator or tunnel would take it; else the address itself. */
function unpack(address: Address): Address[] {
  if (address.kind() === 'ipv4') return [address];
  const ipv6 = address as ipaddr.IPv6;
  const bytes = ipv6.toByteArray();
  const ipv4 = (at: number, mask = 0) => new ipaddr.IPv4(bytes.slice(at, at + 4).map((byte) => byte ^ mask));
  if (ipv6.isIPv4MappedAddress() || ipv6.match(WELL_KNOWN_NAT64)) return [ipv4(12)];
  if (ipv6.range() === '6to4') return [ipv4(2)];
  if (ipv6.range() === 'teredo') return [ipv4(4), ipv4(12, 0xff)]; // its server, and the client inverted
  return [ipv6];
}
