// Where a password may go. A registry names its token service in the challenge it sends, so the
// name is hostile until vetted (CVE-2020-15157, CVE-2026-48978). Two questions: may we ask that
// address at all, and may a credential go there. Token services on another host are normal (Docker
// Hub), on another site too (GitLab). Over TLS the registry itself has named it, and it could ask
// for its password itself; over http anybody on the way may have.
import { ReleaseError } from '../errors.ts'
import { isPrivateHost, parseUrl } from './address.ts'

/**
 * The token service's address, if we may ask it at all: absolute, no password within, encrypted
 * unless the registry itself is not, and not a private address unless it is the registry's own host
 * or one the user trusts. Throws `registry`.
 */
export function vetRealm(realm: string, registry: URL, trusted: readonly string[] = []): URL {
  const url = parseUrl(realm)
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:'))
    throw hostile('something that is no web address')
  if (url.username || url.password) throw hostile(`${url.host} with a password in the address`)
  if (/^[\d.]+$/.test(url.hostname) && !realm.includes(url.hostname))
    throw hostile(`${url.host} in disguise`) // 2130706433, 0x7f.1
  if (url.protocol === 'http:' && registry.protocol === 'https:')
    throw hostile(`${url.host} without encryption`)
  const isNamed = url.hostname === registry.hostname || isNamedIn(trusted, url)
  if (isPrivateHost(url.hostname) && !isNamed) throw hostile(`${url.host}, a private address`)
  return url
}

/**
 * Whether the registry's credential may go to the (vetted) service: on the registry's own host or
 * site (auth.docker.io for registry-1.docker.io) always. Elsewhere, where the user names those he
 * trusts, only there; where he names none, to what a registry names over TLS.
 */
export function isTrustedRealm(
  realm: URL,
  registry: URL,
  trusted: readonly string[] = [],
): boolean {
  const site = siteOf(registry.hostname)
  return (
    realm.hostname === registry.hostname ||
    isNamedIn(trusted, realm) ||
    (site !== undefined && site === siteOf(realm.hostname)) ||
    (trusted.length === 0 && registry.protocol === 'https:' && realm.protocol === 'https:')
  )
}

/** By its host, with or without the port. */
function isNamedIn(trusted: readonly string[], { host, hostname }: URL): boolean {
  return trusted.includes(host) || trusted.includes(hostname)
}

/**
 * The last two labels of a name, or three under such as `co.uk`. A guess at what one owner holds,
 * made without the list of public suffixes: a country's short second level is taken for one.
 */
function siteOf(hostname: string): string | undefined {
  if (/^\[|^[\d.]+$/.test(hostname)) return undefined
  const labels = hostname.replace(/\.$/, '').split('.')
  const [second = '', top = ''] = labels.slice(-2)
  const count = top.length === 2 && second.length <= 3 ? 3 : 2
  return labels.length < count ? undefined : labels.slice(-count).join('.')
}

function hostile(where: string): ReleaseError {
  return new ReleaseError('registry', `the registry names ${where} as its token service`, {
    hint: 'No password was sent. Check the name of the registry, and tell whoever runs it.',
  })
}
