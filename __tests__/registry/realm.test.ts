// Token services: which may be asked at all, and which may have the password.
import { describe, expect, test } from '@jest/globals'
import { isTrustedRealm, vetRealm } from '../../src/registry/realm.ts'

describe('vetRealm', () => {
  test.each([
    ['https://auth.docker.io/token', 'https://registry-1.docker.io'],
    ['https://ghcr.io/token', 'https://ghcr.io'],
    ['https://ghcr.io:8443/token', 'https://ghcr.io'],
    ['http://127.0.0.1:5001/token', 'http://127.0.0.1:5000'],
    ['http://registry.test/token', 'http://registry.test'],
    ['https://10.0.0.1/token', 'https://10.0.0.1'],
  ])('%s for %s may be asked', (realm, registry) => {
    expect(vetRealm(realm, new URL(registry)).href).toBe(realm)
  })

  test.each([
    ['', 'no web address'],
    ['/token', 'no web address'],
    ['//evil.test/token', 'no web address'],
    ['ftp://registry.test/token', 'no web address'],
    ['file:///etc/passwd', 'no web address'],
    ['data:application/json,{}', 'no web address'],
    ['javascript:alert(1)', 'no web address'],
    ['https://', 'no web address'],
    ['https://user:pass@registry.test/token', 'a password in the address'],
    ['https://registry.test@evil.test/token', 'a password in the address'],
    ['http://registry.test/token', 'without encryption'],
    ['https://127.0.0.1/token', 'a private address'],
    ['https://localhost/token', 'a private address'],
    ['https://localhost./token', 'a private address'],
    ['https://2130706433/token', 'in disguise'],
    ['https://0x7f.1/token', 'in disguise'],
    ['https://127。0。0。1/token', 'in disguise'],
    ['https://0x01010101/token', 'in disguise'],
    ['https://[::ffff:127.0.0.1]/token', 'a private address'],
    ['https://169.254.169.254/latest/meta-data', 'a private address'],
    ['https://10.0.0.1/token', 'a private address'],
    ['https://[fd00::1]/token', 'a private address'],
  ])('%j is refused: %s', (realm, why) => {
    expect(() => vetRealm(realm, new URL('https://registry.test'))).toThrow(why)
  })
})

test.each(['127.0.0.1', '127.0.0.1:5001'])('a private one may be asked if trusted: %s', (named) => {
  const registry = new URL('http://localhost:5000')
  expect(vetRealm('http://127.0.0.1:5001/token', registry, [named]).port).toBe('5001')
  expect(() => vetRealm('http://127.0.0.1:5001/token', registry, ['127.0.0.2'])).toThrow('private')
})

describe('isTrustedRealm, where the user names some', () => {
  test.each([
    ['https://auth.docker.io/token', 'https://registry-1.docker.io', true],
    ['https://gitlab.com/jwt/auth', 'https://registry.gitlab.com', true],
    ['https://gitlab.example.co.uk/jwt/auth', 'https://registry.example.co.uk', true],
    ['http://127.0.0.1:5001/token', 'http://127.0.0.1:5000', true],
    ['http://localhost:5001/token', 'http://localhost:5000', true],
    ['https://sso.partner.test/token', 'https://registry.test', true],
    ['https://evil.test/token', 'https://registry.example.com', false],
    ['https://docker.io.evil.test/token', 'https://registry-1.docker.io', false],
    ['https://evildocker.io/token', 'https://registry-1.docker.io', false],
    ['https://evil.co.uk/token', 'https://registry.co.uk', false],
    ['https://api.scaleway.com/tokens', 'https://rg.fr-par.scw.cloud', false],
    ['http://127.0.0.2:5001/token', 'http://127.0.0.1:5000', false],
    ['http://127.0.0.1:5001/token', 'http://localhost:5000', false],
    ['https://io/token', 'https://registry-1.docker.io', false],
  ])('%s for %s: %s', (realm, registry, isTrusted) => {
    const trusted = ['sso.partner.test']
    expect(isTrustedRealm(new URL(realm), new URL(registry), trusted)).toBe(isTrusted)
  })
})

describe('isTrustedRealm, where the user names none', () => {
  test.each([
    ['https://auth.docker.io/token', 'https://registry-1.docker.io', true],
    ['https://git.corp.example/jwt/auth', 'https://images.acme.example', true],
    ['https://api.scaleway.com/tokens', 'https://rg.fr-par.scw.cloud', true],
    ['http://registry.test:5001/token', 'http://registry.test:5000', true],
    ['https://sso.partner.test/token', 'http://registry.test', false],
    ['http://evil.test/token', 'http://registry.test', false],
    ['http://evil.test/token', 'https://registry.test', false],
  ])('%s for %s: %s', (realm, registry, isTrusted) => {
    expect(isTrustedRealm(new URL(realm), new URL(registry))).toBe(isTrusted)
  })
})
