// References against distribution/reference's public vectors (reference_test.go,
// normalize_test.go), and properties over random text.
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { isReleaseError } from '../../src/errors.ts'
import {
  familiar,
  formatReference,
  formatRepository,
  parseReference,
  parseRepository,
} from '../../src/oci/reference.ts'
import { cpuMilliseconds } from '../cpu-time.ts'

const F64 = 'f'.repeat(64)
const F128 = 'f'.repeat(128)
const HEX = '1a3f5e7d9c1b3a5f7e9d1c3b5a7f9e1d3c5b7a9f1e3d5d7c9b1a3f5e7d9c1b3a'
const LONG = 'thisisthesongthatneverendsitgoesonandonandonthisisthesongthatnev'

describe('parseReference', () => {
  // text, registry, path, tag, digest
  test.each([
    ['test.com:tag', 'docker.io', 'library/test.com', 'tag'],
    ['test.com:5000', 'docker.io', 'library/test.com', '5000'],
    ['test.com/repo:tag', 'test.com', 'repo', 'tag'],
    ['test:5000/repo', 'test:5000', 'repo'],
    ['test:5000/repo:tag', 'test:5000', 'repo', 'tag'],
    [`test:5000/repo@sha256:${F64}`, 'test:5000', 'repo', undefined, `sha256:${F64}`],
    [`test:5000/repo:tag@sha256:${F64}`, 'test:5000', 'repo', 'tag', `sha256:${F64}`],
    ['lowercase:Uppercase', 'docker.io', 'library/lowercase', 'Uppercase'],
    [
      'sub-dom1.foo.com/bar/baz/quux:some-long-tag',
      'sub-dom1.foo.com',
      'bar/baz/quux',
      'some-long-tag',
    ],
    [
      'b.gcr.io/test.example.com/my-app:test.example.com',
      'b.gcr.io',
      'test.example.com/my-app',
      'test.example.com',
    ],
    ['xn--n3h.com/myimage:xn--n3h.com', 'xn--n3h.com', 'myimage', 'xn--n3h.com'],
    [
      `xn--7o8h.com/myimage:xn--7o8h.com@sha512:${F128}`,
      'xn--7o8h.com',
      'myimage',
      'xn--7o8h.com',
      `sha512:${F128}`,
    ],
    ['foo_bar.com:8080', 'docker.io', 'library/foo_bar.com', '8080'],
    ['foo/foo_bar.com:8080', 'docker.io', 'foo/foo_bar.com', '8080'],
    ['192.168.1.1', 'docker.io', 'library/192.168.1.1'],
    ['192.168.1.1:5000', 'docker.io', 'library/192.168.1.1', '5000'],
    ['192.168.1.1/repo', '192.168.1.1', 'repo'],
    ['192.168.1.1:5000/repo:5050', '192.168.1.1:5000', 'repo', '5050'],
    ['[2001:db8::1]/repo', '[2001:db8::1]', 'repo'],
    ['[2001:db8:1:2:3:4:5:6]/repo:tag', '[2001:db8:1:2:3:4:5:6]', 'repo', 'tag'],
    ['[2001:db8::1]:5000/repo:tag', '[2001:db8::1]:5000', 'repo', 'tag'],
    [
      `[2001:db8::]:5000/repo@sha256:${F64}`,
      '[2001:db8::]:5000',
      'repo',
      undefined,
      `sha256:${F64}`,
    ],
    ['[::1]:5000/repo', '[::1]:5000', 'repo'],
    ['redis', 'docker.io', 'library/redis'],
    ['docker.io/redis:latest', 'docker.io', 'library/redis', 'latest'],
    ['docker.io/library/redis', 'docker.io', 'library/redis'],
    ['index.docker.io/library/redis', 'docker.io', 'library/redis'],
    ['index.docker.io/redis', 'docker.io', 'library/redis'],
    ['dmcgowan/myapp:latest', 'docker.io', 'dmcgowan/myapp', 'latest'],
    ['test_com/foo', 'docker.io', 'test_com/foo'],
    ['docker.io/library/foo/bar', 'docker.io', 'library/foo/bar'],
    ['other/library', 'docker.io', 'other/library'],
    ['localhost/app', 'localhost', 'app'],
    ['localhost:5000/acme/app:1', 'localhost:5000', 'acme/app', '1'],
    ['Foo/bar', 'Foo', 'bar'],
    ['DOCKER/docker', 'DOCKER', 'docker'],
    [LONG, 'docker.io', `library/${LONG}`],
    [HEX.slice(1), 'docker.io', `library/${HEX.slice(1)}`],
    [`docker.io/${HEX}`, 'docker.io', `library/${HEX}`],
    [`${HEX}:1`, 'docker.io', `library/${HEX}`, '1'],
    ['docker---rules/docker', 'docker.io', 'docker---rules/docker'],
    ['dock__er/d', 'docker.io', 'dock__er/d'],
    [`x.io/${'a/'.repeat(127)}a:tag`, 'x.io', `${'a/'.repeat(127)}a`, 'tag'],
  ])('%s', (...[text = '', registry, path, tag, digest]: readonly (string | undefined)[]) => {
    expect(parseReference(text)).toEqual({
      registry,
      path,
      ...(tag ? { tag } : {}),
      ...(digest ? { digest } : {}),
    })
  })

  // text, part of the message
  test.each([
    ['', 'it is empty'],
    [':justtag', 'it has no name'],
    [`@sha256:${F64}`, 'it has no name'],
    [`repo@sha256:${'f'.repeat(34)}`, 'is not a sha256 or sha512 digest'],
    [`repo@sha256:${F64.toUpperCase()}`, 'is not a sha256 or sha512 digest'],
    [`validname@invaliddigest:${F128}`, 'is not a sha256 or sha512 digest'],
    [`repo@sha256:${F64}@sha256:${F64}`, 'is not a sha256 or sha512 digest'],
    ['Uppercase:tag', '"Uppercase" has upper-case letters'],
    ['test:5000/Uppercase/lowercase:tag', '"Uppercase" has upper-case letters'],
    ['ghcr.io/Acme/app', '"Acme" has upper-case letters'],
    [`x.io/${'a/'.repeat(128)}a:tag`, 'its path is longer than 255 characters'],
    ['aa/asdf$$^/aa', '"asdf$$^" is not a part of a path'],
    ['[2001:db8::1]', 'it has a registry and no name'],
    ['[2001:db8::1]:5000', 'it has a registry and no name'],
    [`[2001:db8::1]@sha256:${F64}`, 'it has a registry and no name'],
    ['[fe80::1%eth0]:5000/repo', `"[fe80::1%eth0]:5000" is not a registry's host`],
    ['[fe80::1%@invalidzone]:5000/repo', 'is not a sha256 or sha512 digest'],
    ['[2001:db8:3:4::192.0.2.33]:5000/debian', `is not a registry's host`],
    ['fc00::1:5000/debian', `is not a registry's host`],
    ['https://github.com/docker/docker', `"https:" is not a registry's host`],
    ['-docker/docker', '"-docker" is not a part of a path'],
    ['docker-/docker', '"docker-" is not a part of a path'],
    ['-docker.io/docker/docker', `"-docker.io" is not a registry's host`],
    ['docker///docker', 'a part of its path is empty'],
    ['docker.io/docker///docker', 'a part of its path is empty'],
    ['docker/', 'a part of its path is empty'],
    ['____/____', '"____" is not a part of a path'],
    ['dock..er/docker', `"dock..er" is not a registry's host`],
    ['dock_.er/docker', `"dock_.er" is not a registry's host`],
    [HEX, 'which is an image id'],
    ['repo:-tag', '"-tag" is not a tag'],
    [`repo:${'a'.repeat(129)}`, 'is not a tag'],
    ['repo:', '"" is not a tag'],
    ['repo@', '"" is not a sha256 or sha512 digest'],
    ['repo:a b', '"a b" is not a tag'],
    ['repo\n', 'is not a part of a path'],
    ['a'.repeat(5000), 'it is longer than 4096 characters'],
  ])('%j: %s', (text, why) => {
    expect(() => parseReference(text)).toThrow(
      expect.objectContaining({ code: 'invalid-reference', message: expect.stringContaining(why) }),
    )
  })

  test('any text: a reference that formats back to itself, or our error; 100,000 in under 5 s', async () => {
    const piece = fc.constantFrom(
      ...['a', 'Z', '0', '.', '_', '__', '-', '/', ':', '@', '[', ']', 'sha256:', F64, 'localhost'],
      ...['docker.io', 'library', 'index.docker.io', '5000', ' ', '\n', 'é', '%', '..'],
    )
    const text = fc.oneof(
      fc.array(piece, { maxLength: 10 }).map((all) => all.join('')),
      fc.string(),
    )
    const start = cpuMilliseconds()
    await fc.assert(
      fc.property(text, (input) => {
        try {
          const reference = parseReference(input)
          expectRoundTrip(reference)
        } catch (error) {
          if (!isReleaseError(error, 'invalid-reference')) throw error
        }
      }),
      { numRuns: 100_000 },
    )
    expect(cpuMilliseconds() - start).toBeLessThan(5000)
  })
})

/** Plain comparisons: an `expect` per run would be most of the time. */
function expectRoundTrip(reference: ReturnType<typeof parseReference>): void {
  const full = formatReference(reference)
  for (const again of [parseReference(full), parseReference(familiar(reference))])
    if (formatReference(again) !== full) throw new Error(`${full} became ${formatReference(again)}`)
}

describe('parseRepository', () => {
  test('a name alone', () => {
    expect(parseRepository('ghcr.io/acme/app')).toEqual({ registry: 'ghcr.io', path: 'acme/app' })
    expect(formatRepository(parseRepository('nginx'))).toBe('docker.io/library/nginx')
  })

  test.each([
    ['ghcr.io/acme/app:1', 'the tag "1" does not belong here'],
    [`ghcr.io/acme/app@sha256:${F64}`, 'a digest does not belong here'],
    ['ghcr.io/acme/App', '"App" has upper-case letters'],
  ])('%s: %s', (text, why) => {
    expect(() => parseRepository(text)).toThrow(why)
  })
})

describe('familiar', () => {
  // text, its short form
  test.each([
    ['docker.io/library/nginx:1', 'nginx:1'],
    [`docker.io/library/nginx:1@sha256:${F64}`, `nginx:1@sha256:${F64}`],
    ['docker.io/acme/app', 'acme/app'],
    ['docker.io/library/foo/bar', 'library/foo/bar'],
    ['docker.io/foo.bar/app', 'docker.io/foo.bar/app'],
    ['docker.io/index.docker.io/app', 'docker.io/index.docker.io/app'],
    [`docker.io/${HEX}`, `docker.io/library/${HEX}`],
    [`docker.io/${HEX}:1`, `${HEX}:1`],
    ['ghcr.io/acme/app:1', 'ghcr.io/acme/app:1'],
    ['Foo/bar', 'Foo/bar'],
  ])('%s is %s', (text, short) => {
    expect(familiar(parseReference(text))).toBe(short)
  })
})
