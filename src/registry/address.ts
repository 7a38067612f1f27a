// Which hosts are nobody's business from outside: loopback, private, link-local and the other
// ranges of IANA's special-purpose registries. A registry on the open internet must not be able to
// point us at them.

const PRIVATE_IPV4: readonly (readonly [number, number])[] = [
  [0x00000000, 8],
  [0x0a000000, 8],
  [0x64400000, 10],
  [0x7f000000, 8],
  [0xa9fe0000, 16],
  [0xac100000, 12],
  [0xc0000000, 24],
  [0xc0a80000, 16],
  [0xc6120000, 15],
  [0xe0000000, 3],
]

/** An absolute address, or one relative to `base`; undefined when it is none. */
export function parseUrl(text: string, base?: URL): URL | undefined {
  return URL.canParse(text, base?.href) ? new URL(text, base) : undefined
}

/**
 * Whether the host of a URL is local by its very spelling: such an address, or a localhost name.
 */
export function isPrivateHost(hostname: string): boolean {
  const name = hostname.toLowerCase().replace(/\.$/, '')
  return name === 'localhost' || name.endsWith('.localhost') || isPrivateAddress(name)
}

/**
 * As URL writes it. Clouds keep their metadata services there, and nobody a registry or storage.
 */
export function isLinkLocal(hostname: string): boolean {
  return /^169\.254\.|^\[(?:fe[89ab]|::ffff:a9fe:|fd00:ec2::)/.test(hostname)
}

/** Whether an address, IPv4 or IPv6, with or without brackets, is one. False for anything else. */
export function isPrivateAddress(address: string): boolean {
  const isIpv6 = address.includes(':')
  const bare = address.replace(/^\[|\]$/g, '').replace(/%.*$/, '')
  // The URL parser knows every spelling (2130706433, 0x7f.1, ::ffff:127.0.0.1) and writes one.
  const url = parseUrl(isIpv6 ? `http://[${bare}]/` : `http://${bare}/`)
  if (!url) return false
  if (isIpv6) return isPrivateIpv6(groupsOf(url.hostname.slice(1, -1)))
  return /^\d+\.\d+\.\d+\.\d+$/.test(url.hostname) && isPrivateIpv4(numberOf(url.hostname))
}

function isPrivateIpv4(address: number): boolean {
  return PRIVATE_IPV4.some(([start, bits]) => address >>> (32 - bits) === start >>> (32 - bits))
}

function isPrivateIpv6(groups: readonly number[]): boolean {
  const [first = 0, second = 0, third = 0, , , sixth = 0, seventh = 0, eighth = 0] = groups
  const last = ((seventh << 16) | eighth) >>> 0
  const leading = groups.slice(0, 5).every((group) => group === 0)
  if (leading && (sixth === 0xffff || sixth === 0)) return isPrivateIpv4(last)
  if (first === 0x64 && second === 0xff9b) return isPrivateIpv4(last)
  if (first === 0x2002) return isPrivateIpv4(((second << 16) | third) >>> 0)
  return (first & 0xfe00) === 0xfc00 || (first & 0xff80) === 0xfe80 || first >= 0xff00
}

function numberOf(dotted: string): number {
  return dotted.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
}

function groupsOf(compressed: string): readonly number[] {
  const [head = [], tail] = compressed
    .split('::')
    .map((side) => (side === '' ? [] : side.split(':').map((group) => Number.parseInt(group, 16))))
  if (!tail) return head
  return [...head, ...Array<number>(8 - head.length - tail.length).fill(0), ...tail]
}
