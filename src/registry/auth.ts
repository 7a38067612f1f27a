// From a challenge to an Authorization header, remembered per repository and scope: a token is
// asked for once, renewed shortly before it ends, and shared by everything that waits for it.
import { ReleaseError } from '../errors.ts'
import { formatRepository } from '../oci/reference.ts'
import type { Clock, Log } from '../ports.ts'
import { isPrivateHost } from './address.ts'
import type { RegistryAnswer } from './answer.ts'
import { type Challenge, parseChallenges } from './challenge.ts'
import { basic, type Credentials } from './credentials.ts'
import type { Subject } from './failure.ts'
import { isTrustedRealm, vetRealm } from './realm.ts'
import type { TokenService } from './token.ts'

/** A token is not used in its last seconds: it has to outlive the request. */
const EARLY_MS = 5_000

interface Target {
  readonly subject: Subject
  /** The registry's own origin. */
  readonly base: URL
  readonly scopes: readonly string[]
  readonly deadline: number
}

export interface Auth {
  /** The header to send, as far as is known from earlier challenges. */
  authorization(target: Target): Promise<string | undefined>
  /** Learns from a 401 to what was sent; whether another try has a chance. */
  learn(target: Target, answer: RegistryAnswer, sent: string | undefined): boolean
}

type Scheme =
  | { readonly kind: 'basic' }
  | { readonly kind: 'bearer'; realm: URL; service: string | undefined; publicOnly: boolean }

interface HeldToken {
  readonly header: Promise<string>
  /** What the header came out as. */
  value?: string
  until: number
}

export function createAuth(world: {
  readonly credentials: Credentials
  readonly tokens: TokenService
  readonly trustedRealms: readonly string[]
  readonly clock: Clock
  readonly log: Log
}): Auth {
  const schemes = new Map<string, Scheme>()
  const held = new Map<string, HeldToken>()

  return {
    async authorization(target) {
      const scheme = schemes.get(formatRepository(target.subject.repository))
      if (!scheme) return undefined
      if (scheme.kind === 'basic') return basicHeader(world, target)
      const key = keyOf(target)
      const known = held.get(key)
      if (known && world.clock.now() < known.until) return known.header
      const token = holdToken(world, target, scheme)
      held.set(key, token)
      token.header.catch(() => held.delete(key))
      return token.header
    },

    learn(target, answer, sent) {
      const challenges = parseChallenges(answer.headers['www-authenticate'] ?? '')
      const scheme = chooseScheme(challenges, target.base, {
        isPrivate: answer.privatePeer,
        trusted: world.trustedRealms,
      })
      if (!scheme) return false
      if (sent?.startsWith('Basic ') && scheme.kind === 'basic') return false
      // What the service grants does not grow by asking again; only an ended token is worth it.
      if (sent?.startsWith('Bearer ') && isInsufficient(challenges)) return false
      schemes.set(formatRepository(target.subject.repository), scheme)
      const key = keyOf(target)
      // Only the token that was refused: another call may have a fresh one by now.
      if (sent !== undefined && held.get(key)?.value === sent) held.delete(key)
      return true
    },
  }
}

type World = Parameters<typeof createAuth>[0]

function holdToken(
  world: World,
  target: Target,
  { realm, service, publicOnly }: Extract<Scheme, { kind: 'bearer' }>,
): HeldToken {
  const { subject, scopes, deadline } = target
  const obtain = async () => {
    const credential = await world.credentials(subject.repository, subject.needs)
    if (credential) requireTrust(world, target, realm)
    const request = { subject, realm, service, scopes, credential, publicOnly, deadline }
    const asked = world.clock.now()
    const { value, lifetimeMs } = await world.tokens(request)
    token.until = asked + lifetimeMs - Math.min(EARLY_MS, lifetimeMs / 2)
    token.value = `Bearer ${value}`
    return token.value
  }
  const token: HeldToken = { until: Number.POSITIVE_INFINITY, header: obtain() }
  return token
}

function requireTrust({ trustedRealms }: World, { subject, base }: Target, realm: URL): void {
  if (isTrustedRealm(realm, base, trustedRealms)) return
  throw new ReleaseError(
    'denied',
    `Cannot ${subject.what}: the registry wants its password sent to ${realm.host}, another site`,
    {
      hint: `No password was sent. If ${realm.host} is the registry's, list it in trusted-realms.`,
    },
  )
}

async function basicHeader(world: World, { subject }: Target) {
  const credential = await world.credentials(subject.repository, subject.needs)
  return credential && basic(credential)
}

/** Bearer before Basic; a realm that may not be asked is an error, not a reason for the other. */
function chooseScheme(
  challenges: readonly Challenge[],
  base: URL,
  how: { readonly isPrivate: boolean; readonly trusted: readonly string[] },
): Scheme | undefined {
  const bearer = challenges.find(({ scheme }) => scheme === 'bearer')?.parameters
  const realm = bearer?.get('realm')
  if (bearer && realm) {
    const url = vetRealm(realm, base, how.trusted)
    const mayBePrivate =
      url.hostname === base.hostname || how.isPrivate || isPrivateHost(base.hostname)
    return { kind: 'bearer', realm: url, service: bearer.get('service'), publicOnly: !mayBePrivate }
  }
  return challenges.some(({ scheme }) => scheme === 'basic') ? { kind: 'basic' } : undefined
}

function isInsufficient(challenges: readonly Challenge[]): boolean {
  return challenges.some(({ parameters }) => parameters.get('error') === 'insufficient_scope')
}

function keyOf({ subject, scopes }: Target): string {
  return [formatRepository(subject.repository), ...scopes].join('\n')
}
